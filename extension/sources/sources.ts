/** The table of readers: one kind of source, one file of this folder. */
import { readFiles, type FilePattern } from './files';
import type { SourceContent } from './source';

/** What classifier.json says about each kind; a kind without a reader does not compile. */
export interface SourceKinds {
  readonly files: FilePattern;
}

/** One source of a classifier. */
export type Source = { [K in keyof SourceKinds]: { readonly kind: K } & SourceKinds[K] }[keyof SourceKinds];

type Reader<S> = (root: string, source: S, signal?: AbortSignal) => Promise<SourceContent>;

const readers: { readonly [K in keyof SourceKinds]: Reader<SourceKinds[K]> } = {
  files: readFiles,
};

/**
 * Reads all texts of one source.
 *
 * @param root the workspace folder
 * @throws AppError('sources/...'), CancelledError
 */
export function readSource(root: string, source: Source, signal?: AbortSignal): Promise<SourceContent> {
  return readers[source.kind](root, source, signal);
}
