/** Parquet files: a row is a text. They are read in a process of their own, since what is in them says how much memory to take. */
import type { TableColumns, TableFiles } from './columns';
import { eachFile } from './eachFile';
import type { ParquetJob } from './parquetFile';
import { readApart } from './readerProcess';
import type { SourceItem } from './source';
import type { OpenFile } from './workspaceFile';

const memoryBytes = 640 * 1024 * 1024;
/** What any file may take of the processor, and what its length adds: a slow one reads so many bytes in a millisecond. */
const quietMs = 2000;
const bytesInMs = 20_000;

/** Some thousand rows in memory at a time. @throws as `eachFile` */
export function readParquet(
  root: string,
  table: TableFiles,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  return eachFile(root, table, (path, file, stop) => parquetRows(path, file, table, stop), signal);
}

/** The texts of one file. */
export function parquetRows(
  path: string,
  file: OpenFile,
  table: TableColumns,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  return apart(file, { path, table }, signal);
}

/** The names of a file's columns. @throws Error when it is none */
export async function parquetColumns(file: OpenFile): Promise<string[]> {
  const names: string[] = [];
  for await (const name of apart<string>(file, {})) names.push(name);
  return names;
}

function apart<T>(
  { realPath, size }: OpenFile,
  job: Pick<ParquetJob, 'path' | 'table'>,
  signal?: AbortSignal,
): AsyncGenerator<T> {
  const whole: ParquetJob = { ...job, realPath };
  return readApart<T>(whole, { memoryBytes, quietMs: quietMs + size / bytesInMs }, signal);
}
