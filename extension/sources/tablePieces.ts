/** A table as bytes of a file, row by row: memory holds one piece of it. */
import type { ParquetWriter } from 'hyparquet-writer';

export const tableFormats = ['csv', 'jsonl', 'parquet'] as const;
export type TableFormat = (typeof tableFormats)[number];

/** Columns by name, in their order. A cell that is undefined is empty. */
export type OutColumns<Row> = Readonly<
  Record<
    string,
    | { readonly type: 'text'; readonly of: (row: Row) => string | undefined }
    | { readonly type: 'whole' | 'real'; readonly of: (row: Row) => number | undefined }
    | { readonly type: 'truth'; readonly of: (row: Row) => boolean | undefined }
  >
>;

/** Rows that are turned into bytes together: a row group of Parquet. */
const rowsAtOnce = 20_000;

/** As the format writes it: CSV by RFC 4180 in UTF-8, JSON Lines without empty cells, Parquet with snappy. */
export async function* tablePieces<Row>(
  format: TableFormat,
  columns: OutColumns<Row>,
  rows: AsyncIterable<Row> | Iterable<Row>,
): AsyncGenerator<Uint8Array> {
  const groups = grouped(rows);
  if (format === 'parquet') return yield* parquetPieces(columns, groups);
  const all = Object.entries(columns);
  if (format === 'csv') yield Buffer.from(`${csvLine(Object.keys(columns))}\n`);
  for await (const group of groups) {
    const lines = group.map((row) =>
      format === 'csv'
        ? csvLine(all.map(([, { of }]) => of(row)))
        : JSON.stringify(Object.fromEntries(all.map(([name, { of }]) => [name, of(row)]))),
    );
    yield Buffer.from(`${lines.join('\n')}\n`);
  }
}

async function* grouped<Row>(rows: AsyncIterable<Row> | Iterable<Row>): AsyncGenerator<Row[]> {
  let group: Row[] = [];
  for await (const row of rows) {
    if (group.push(row) < rowsAtOnce) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** One record of CSV (RFC 4180), without its end. */
export function csvLine(cells: readonly (string | number | boolean | undefined)[]): string {
  const written = cells.map((cell = '') => {
    const text = String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return written.join(',');
}

const parquetTypes = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  whole: { type: 'INT32' },
  real: { type: 'DOUBLE' },
  truth: { type: 'BOOLEAN' },
} as const;

async function* parquetPieces<Row>(
  columns: OutColumns<Row>,
  groups: AsyncIterable<Row[]>,
): AsyncGenerator<Uint8Array> {
  const { ByteWriter, ParquetWriter } = await import('./formats');
  const writer = new ByteWriter();
  const all = Object.entries(columns);
  const leaves = all.map(
    ([name, { type }]) => ({ name, repetition_type: 'OPTIONAL', ...parquetTypes[type] }) as const,
  );
  const schema = [{ name: 'root', num_children: leaves.length }, ...leaves];
  const parquet: ParquetWriter = new ParquetWriter({ writer, schema, createdBy: 'NanoNet' });
  // It counts all bytes by itself; those that were handed on need not be kept.
  const written = (): Uint8Array => {
    const bytes = Uint8Array.from(writer.getBytes());
    writer.index = 0;
    return bytes;
  };
  for await (const group of groups) {
    const columnData = all.map(([name, { of }]) => ({
      name,
      data: group.map((row) => of(row) ?? null),
      offsetIndex: false,
    }));
    await parquet.write({ columnData, rowGroupSize: rowsAtOnce });
    yield written();
  }
  await parquet.finish();
  yield written();
}
