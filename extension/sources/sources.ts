/** The table of readers: one kind of source, one file of this folder. */
import type { TableColumns, TableFiles } from './columns';
import { commentsIn, readComments } from './comments';
import { eachOf } from './eachFile';
import { readCommits } from './commits';
import { csvRows, readCsv } from './csv';
import type { FilePattern } from './files';
import { readFileTexts, textsOfFiles, type TextFiles } from './fileTexts';
import { jsonTexts, readJson } from './json';
import { parquetRows, readParquet } from './parquet';
import type { SourceContent, SourceItem, SourceProblem, SourceText } from './source';
import type { OpenFile } from './workspaceFile';

/** What classifier.json says about each kind; a kind without a reader does not compile. */
export interface SourceKinds {
  readonly files: TextFiles;
  readonly csv: TableFiles;
  readonly json: TableFiles;
  readonly parquet: TableFiles;
  /** Source files, for their comments. */
  readonly comments: FilePattern;
  /** Of the repository that the folder is in. */
  readonly commits: object;
}

/** One source of a classifier. */
export type Source = { [K in keyof SourceKinds]: { readonly kind: K } & SourceKinds[K] }[keyof SourceKinds];

type Reader<S> = (root: string, source: S, signal?: AbortSignal) => AsyncIterable<SourceItem>;

const readers: { readonly [K in keyof SourceKinds]: Reader<SourceKinds[K]> } = {
  files: readFileTexts,
  csv: readCsv,
  json: readJson,
  parquet: readParquet,
  comments: readComments,
  commits: readCommits,
};

type FileTexts = (
  path: string,
  file: OpenFile,
  columns: TableColumns,
  signal?: AbortSignal,
) => AsyncGenerator<SourceItem>;

/** Kinds of source whose files are tables. */
export type TableKind = Exclude<Source['kind'], 'files' | 'comments' | 'commits'>;

/** The texts of one open table; what it throws is wrong with the file. */
export const tableTexts: { readonly [K in TableKind]: FileTexts } = {
  csv: csvRows,
  json: jsonTexts,
  parquet: parquetRows,
};

/**
 * The texts of one source one at a time, and what could not be read.
 *
 * @param root the workspace folder
 * @throws AppError('sources/...'), CancelledError
 */
export function streamSource(root: string, source: Source, signal?: AbortSignal): AsyncIterable<SourceItem> {
  const read = readers[source.kind] as Reader<Source>;
  return read(root, source, signal);
}

/** A source whose texts are in files of the folder. */
export type FileSource = Exclude<Source, { readonly kind: 'commits' }>;

/**
 * As `streamSource`, of these of its files alone; the items of a file follow each other.
 *
 * @param paths relative to the root
 * @throws CancelledError
 */
export function streamFiles(
  root: string,
  source: FileSource,
  paths: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  if (source.kind === 'files') return textsOfFiles(root, paths, source.unit, signal);
  if (source.kind === 'comments') return eachOf(root, paths, commentsIn, signal);
  const read = tableTexts[source.kind];
  return eachOf(root, paths, (path, file, stop) => read(path, file, source, stop), signal);
}

/** Files of the folder that change when a source does. */
export function watchedBy(source: Source): string {
  // git writes there what becomes of the branch that is checked out.
  return source.kind === 'commits' ? '.git/logs/HEAD' : source.glob;
}

/** All of `streamSource` in memory. */
export async function readSource(root: string, source: Source, signal?: AbortSignal): Promise<SourceContent> {
  const texts: SourceText[] = [];
  const problems: SourceProblem[] = [];
  for await (const item of streamSource(root, source, signal)) {
    if ('text' in item) texts.push(item);
    else problems.push(item);
  }
  return { texts, problems };
}
