/** What a reader of texts gives, whatever the format. */

/** A document of the workspace. */
export interface SourceText {
  /** Relative to the workspace folder, with '/'. */
  readonly path: string;
  readonly text: string;
}

/** A file that gave no text, and why. */
export interface SourceProblem {
  /** Relative to the workspace folder, with '/'. */
  readonly path: string;
  readonly line?: number;
  /** One sentence part: 'it is a binary file'. */
  readonly reason: string;
}

/** Everything that a source gave, in the order of the paths. */
export interface SourceContent {
  readonly texts: readonly SourceText[];
  readonly problems: readonly SourceProblem[];
}
