/** What is in a Parquet file. Runs in a process of its own: see `readerProcess.ts`. */
import { open, type FileHandle } from 'node:fs/promises';
import type { AsyncBuffer, ColumnMetaData, Compressors, FileMetaData } from 'hyparquet';
import { columnsRead, lackingColumn, rowItem, type TableColumns } from './columns';
import type { SourceItem } from './source';

/** The rows of a table; without one, the names of its columns. */
export interface ParquetJob {
  readonly realPath: string;
  /** Relative to the workspace folder. */
  readonly path?: string;
  readonly table?: TableColumns;
}

const megabyte = 1024 * 1024;
/** A column's part of a row group is in memory as it is in the file, a page of it unpacked. */
const mostChunkBytes = 128 * megabyte;
const mostPageBytes = 128 * megabyte;
/** Rows are read so many at a time that they take about so much. */
const windowBytes = 16 * megabyte;
const mostRowsAtOnce = 50_000;
/** What a file may unpack to: so much whatever it is, and so many times its size. A row costs beside its characters. */
const unpacked = { least: 64 * megabyte, factor: 200, rowCost: 100 };

export async function* parquetJob(job: ParquetJob): AsyncGenerator<SourceItem | string> {
  const { realPath, path = '', table } = job;
  const handle = await open(realPath, 'r');
  try {
    const file = new Chunks(handle, (await handle.stat()).size);
    if (table === undefined) yield* (await opened(file)).names;
    else yield* rowsOf(path, file, table);
  } catch (error) {
    throw sayable(error);
  } finally {
    await handle.close();
  }
}

/** What the library stumbles over says little to a person: mostly it is an offset, or that something is undefined. */
function sayable(error: unknown): unknown {
  if (!(error instanceof Error) || 'code' in error) return error;
  const [, what, name] = /unsupported (compression codec|encoding): ([A-Z0-9_]+)$/.exec(error.message) ?? [];
  if (what !== undefined) return new Error(`its ${what} ${name} is not known`, { cause: error });
  const isOther = error.message.includes('footer');
  return new Error(isOther ? 'it is no Parquet file' : 'it is damaged', { cause: error });
}

/** What a file says of itself. */
async function opened(
  file: AsyncBuffer,
): Promise<{ metadata: FileMetaData; names: string[]; flat: Set<string> }> {
  const { parquetMetadataAsync, parquetSchema } = await import('hyparquet');
  const metadata = await parquetMetadataAsync(file);
  const columns = parquetSchema(metadata).children;
  const flat = columns.filter((c) => c.children.length === 0 && c.element.repetition_type !== 'REPEATED');
  const nameOf = ({ element }: (typeof columns)[number]): string => element.name;
  return { metadata, names: columns.map(nameOf), flat: new Set(flat.map(nameOf)) };
}

async function* rowsOf(path: string, file: Chunks, table: TableColumns): AsyncGenerator<SourceItem> {
  const { metadata, names, flat } = await opened(file);
  const columns = columnsRead(table);
  const nested = columns.find((column) => names.includes(column) && !flat.has(column));
  const reason =
    lackingColumn(names, table) ?? (nested && `its column "${nested}" holds lists or objects, not texts`);
  if (reason !== undefined) {
    yield { path, reason };
    return;
  }
  const left = new Unpacked(file.byteLength);
  let row = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    if (!(rows >= 0)) throw new Error(`a row group has ${rows} rows`);
    const chunks = group.columns.flatMap(({ meta_data: chunk }) =>
      chunk !== undefined && columns.includes(chunk.path_in_schema[0] ?? '') ? [chunk] : [],
    );
    const problem = groupProblem(chunks, rows);
    if (problem !== undefined) {
      yield { path, reason: `rows ${row + 1} to ${row + rows}: ${problem}` };
      row += rows;
      continue;
    }
    const bytes = chunks.reduce((sum, chunk) => sum + Number(chunk.total_uncompressed_size), 0);
    const parts = Math.max(1, bytes / windowBytes, rows / mostRowsAtOnce);
    for await (const values of windows(file, metadata, columns, row, rows, Math.ceil(rows / parts))) {
      row += 1;
      const item = rowItem(path, { row }, (column) => values[column], table);
      yield item;
      if (left.holds(item)) continue;
      yield {
        path,
        reason: `row ${row}: what follows is not read, for the file unpacks to many times its size`,
      };
      return;
    }
    file.forget();
  }
}

/** Why a row group is not read. */
function groupProblem(chunks: readonly ColumnMetaData[], rows: number): string | undefined {
  for (const chunk of chunks) {
    const name = `its column "${chunk.path_in_schema[0]}"`;
    if (Number(chunk.num_values) !== rows) return `${name} has ${chunk.num_values} values`;
    if (Number(chunk.total_compressed_size) > mostChunkBytes)
      return `${name} is more than ${mostChunkBytes / megabyte} MB; write smaller row groups`;
  }
  return undefined;
}

/** The rows of a group from `first` on, so many in memory at a time. */
async function* windows(
  file: Chunks,
  metadata: FileMetaData,
  columns: string[],
  first: number,
  rows: number,
  rowsAtOnce: number,
): AsyncGenerator<Record<string, unknown>> {
  const { parquetReadObjects } = await import('hyparquet');
  const compressors = await boundedCompressors();
  for (let at = 0; at < rows; at += rowsAtOnce) {
    const [rowStart, rowEnd] = [first + at, first + Math.min(rows, at + rowsAtOnce)];
    yield* await parquetReadObjects({ file, metadata, columns, rowStart, rowEnd, compressors });
  }
}

/** All codecs of the format; a page that says it is huge is not unpacked. */
async function boundedCompressors(): Promise<Compressors> {
  const { compressors } = await import('hyparquet-compressors');
  const bounded = Object.entries(compressors).map(([codec, unpack]) => [
    codec,
    (input: Uint8Array, length: number) => {
      if (length > mostPageBytes) throw new Error(`a page says that it is ${length} bytes`);
      return unpack(input, length);
    },
  ]);
  return Object.fromEntries(bounded) as Compressors;
}

/** The bytes of a file; those of the row group that is read are kept, since it is read in parts. */
class Chunks implements AsyncBuffer {
  private readonly kept = new Map<string, Promise<ArrayBuffer>>();

  constructor(
    private readonly handle: FileHandle,
    readonly byteLength: number,
  ) {}

  slice(start: number, end = this.byteLength): Promise<ArrayBuffer> {
    const key = `${start} ${end}`;
    const known = this.kept.get(key) ?? this.read(start, Math.min(end, this.byteLength));
    this.kept.set(key, known);
    return known;
  }

  forget(): void {
    this.kept.clear();
  }

  private async read(start: number, end: number): Promise<ArrayBuffer> {
    const length = end - start;
    if (!(start >= 0 && length >= 0 && length <= mostChunkBytes)) {
      throw new Error(`it points to bytes ${start} to ${end}`);
    }
    const bytes = new ArrayBuffer(length);
    const { bytesRead } = await this.handle.read(new Uint8Array(bytes), 0, length, start);
    return bytesRead === length ? bytes : bytes.slice(0, bytesRead);
  }
}

/** Counts down what a file may still unpack to. */
class Unpacked {
  private left: number;

  constructor(size: number) {
    this.left = unpacked.least + unpacked.factor * size;
  }

  holds(item: SourceItem): boolean {
    this.left -= unpacked.rowCost + ('text' in item ? item.text.length : 0);
    return this.left > 0;
  }
}
