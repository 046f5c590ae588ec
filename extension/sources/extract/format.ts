/** What the process that extracts texts is asked and answers. */
import { extname } from 'node:path';

/** Files that are documents without being text, by their names. */
const documentFormats = { '.docx': 'docx', '.pdf': 'pdf' } as const;

export type DocumentFormat = (typeof documentFormats)[keyof typeof documentFormats];

/** A file to read: as one document, or for the comments in its code. */
export interface Question {
  readonly format: DocumentFormat | 'comments';
  /** Relative to the workspace folder. */
  readonly path: string;
  readonly realPath: string;
}

/** A file as its reader has it. */
export interface FileBytes {
  /** Its name tells the language of code. */
  readonly path: string;
  readonly bytes: Buffer;
}

/** One text of the file; a document has one. */
export interface ExtractedText {
  readonly text: string;
  /** Where it begins, from 1; of comments. */
  readonly line?: number;
}

/** What was found, or why nothing can be, as a sentence part. */
export type Extraction = { readonly texts: readonly ExtractedText[] } | { readonly reason: string };

/** Larger documents are set aside. Most of their bytes are pictures, so that they may be larger than a text. */
export const maxDocumentBytes = 64 * 1024 * 1024;
/** A text longer than this is a problem: no document has it, but a bomb may. Characters. */
export const maxTextLength = 5 * 1024 * 1024;
export const tooLong = { reason: 'its text is longer than five million characters' };

/** Undefined for a file that is read as it is. */
export function documentFormatOf(path: string): DocumentFormat | undefined {
  const formats: Readonly<Record<string, DocumentFormat>> = documentFormats;
  const extension = extname(path).toLowerCase();
  return Object.hasOwn(formats, extension) ? formats[extension] : undefined;
}
