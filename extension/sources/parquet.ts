/** Parquet files: a row is a text. */
import type { FileHandle } from 'node:fs/promises';
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

async function* rowsOf(
  path: string,
  { handle, size }: OpenFile,
  table: TableFiles,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  // Loaded when first needed: not in the way of the extension's start.
  const { parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import('hyparquet');
  const file = { byteLength: size, slice: (start: number, end = size) => bytesOf(handle, start, end) };
  const metadata = await parquetMetadataAsync(file);
  const columns = columnsRead(table);
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
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
