/** Parquet files: a row is a text. */
import type { FileHandle } from 'node:fs/promises';
import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { CancelledError } from '../protocol/appError';
import { columnsRead, lackingColumn, rowItem, type TableFiles } from './columns';
import { eachFile } from './eachFile';
import type { SourceItem } from './source';
import type { OpenFile } from './workspaceFile';

/** A row group that says it is larger is not read: it would be in memory as a whole. Bytes. */
const maxGroupBytes = 256 * 1024 * 1024;

/** One row group's wanted columns in memory at a time. @throws as `eachFile` */
export function readParquet(
  root: string,
  table: TableFiles,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  return eachFile(root, table, (path, file, stop) => rowsOf(path, file, table, stop), signal);
}

/** What a file says of itself. */
export async function openParquet({ handle, size }: OpenFile): Promise<{
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  /** Of the columns. */
  readonly names: readonly string[];
}> {
  // Loaded when first needed: not in the way of the extension's start.
  const { parquetMetadataAsync, parquetSchema } = await import('hyparquet');
  const file = { byteLength: size, slice: (start: number, end = size) => bytesOf(handle, start, end) };
  const metadata = await parquetMetadataAsync(file);
  return { file, metadata, names: parquetSchema(metadata).children.map(({ element }) => element.name) };
}

async function* rowsOf(
  path: string,
  opened: OpenFile,
  table: TableFiles,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  const { parquetReadObjects } = await import('hyparquet');
  const { file, metadata, names } = await openParquet(opened);
  const columns = columnsRead(table);
  const lacking = lackingColumn(names, table);
  if (lacking !== undefined) {
    yield { path, reason: lacking };
    return;
  }
  let row = 0;
  for (const group of metadata.row_groups) {
    CancelledError.throwIf(signal);
    const [rowStart, rowEnd] = [row, row + Number(group.num_rows)];
    if (group.total_byte_size > maxGroupBytes) {
      const limit = maxGroupBytes / 1024 / 1024;
      yield { path, reason: `rows ${rowStart + 1} to ${rowEnd} are one row group of more than ${limit} MB` };
      row = rowEnd;
      continue;
    }
    for (const values of await parquetReadObjects({ file, metadata, columns, rowStart, rowEnd })) {
      row += 1;
      yield rowItem(path, { row }, (column) => values[column] as unknown, table);
    }
  }
}

async function bytesOf(handle: FileHandle, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new ArrayBuffer(end - start);
  const { bytesRead } = await handle.read(new Uint8Array(bytes), 0, end - start, start);
  return bytesRead === end - start ? bytes : bytes.slice(0, bytesRead);
}
