/** What a reader of texts gives, whatever the format. */

/** A document of the workspace, or a part of one that is a text of its own. */
export interface SourceText {
  /** Relative to the workspace folder, with '/'. */
  readonly path: string;
  /** Which part of the file, for people and as a place: 'row 17', 'message 4'. The whole file without it. */
  readonly part?: string;
  /** Where the part begins in the file, from 1; of files that have no lines there is none. */
  readonly line?: number;
  readonly text: string;
  /** What the file itself says the text's label is. */
  readonly label?: string;
  /** The file itself says that none of the labels fits. */
  readonly none?: true;
  /** What the file itself calls the text. */
  readonly id?: string;
}

/** A file that gave no text, and why. */
export interface SourceProblem {
  /** Relative to the workspace folder, with '/'. */
  readonly path: string;
  readonly line?: number;
  /** One sentence part: 'it is a binary file'. */
  readonly reason: string;
  /** Nothing is wrong, there just is no text. */
  readonly isEmpty?: true;
  /** The system's doing, not the file's: it may be gone at the next reading. */
  readonly mayPass?: true;
}

/** What a reader of files with many texts gives, one at a time: memory does not grow with the file. */
export type SourceItem = SourceText | SourceProblem;

/** Everything that a source gave, in the order of the paths. */
export interface SourceContent {
  readonly texts: readonly SourceText[];
  readonly problems: readonly SourceProblem[];
}
