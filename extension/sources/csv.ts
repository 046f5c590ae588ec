/** CSV and TSV with a row of names: a row is a text. */
import { Readable, pipeline } from 'node:stream';
import { lackingColumn, maxRowLength, rowItem, type TableFiles } from './columns';
import { decodeStream } from './decodeStream';
import { eachFile } from './eachFile';
import type { SourceItem } from './source';
import type { OpenFile } from './workspaceFile';

const delimiters = [',', ';', '\t', '|'] as const;

/** The cells of a record, and how many lines were read with it. */
export interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** One row in memory at a time. @throws as `eachFile` */
export function readCsv(root: string, table: TableFiles, signal?: AbortSignal): AsyncGenerator<SourceItem> {
  return eachFile(root, table, (path, file, stop) => rowsOf(path, file, table, stop), signal);
}

/** The records of a file, the row of names among them; or why it has none. */
export async function csvRecords(
  { handle }: OpenFile,
  signal?: AbortSignal,
): Promise<AsyncIterable<CsvRecord> | { reason: string }> {
  const pieces = await decodeStream(handle, signal);
  if ('reason' in pieces) return pieces;
  const first = await pieces.next();
  const head = first.done ? '' : first.value;
  // Loaded when first needed: not in the way of the extension's start.
  const { parse } = await import('csv-parse');
  const parser = parse({
    delimiter: delimiterOf(head),
    info: true,
    max_record_size: 2 * maxRowLength,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  const whole = async function* (): AsyncGenerator<string> {
    yield head;
    yield* pieces;
  };
  // What fails on either side ends whoever reads the records.
  pipeline(Readable.from(whole()), parser, () => undefined);
  return parser as AsyncIterable<CsvRecord>;
}

async function* rowsOf(
  path: string,
  file: OpenFile,
  table: TableFiles,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  const records = await csvRecords(file, signal);
  if ('reason' in records) {
    yield { path, reason: records.reason };
    return;
  }
  let columns: Map<string, number> | undefined;
  let width = 0;
  let row = 0;
  for await (const { record, info } of records) {
    if (columns === undefined) {
      columns = new Map(record.map((name, at) => [name.trim(), at]));
      width = record.length;
      const lacking = lackingColumn([...columns.keys()], table);
      if (lacking === undefined) continue;
      yield { path, line: info.lines, reason: lacking };
      return;
    }
    row += 1;
    if (record.length !== width) {
      const reason = `row ${row}: it has ${record.length} cells, not ${width} as the first line`;
      yield { path, line: info.lines, reason };
      continue;
    }
    const cell = (name: string): string | undefined => record[columns?.get(name) ?? -1];
    yield rowItem(path, { row, line: info.lines }, cell, table);
  }
  if (row === 0) yield { path, reason: 'it has no rows under a row of names' };
}

/** The delimiter that stands most often in the row of names, outside of quotes. */
export function delimiterOf(head: string): string {
  const names = (/^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(head)?.[0] ?? '').replace(/"(?:[^"]|"")*"/g, '');
  const count = (delimiter: string): number => names.split(delimiter).length;
  return delimiters.reduce((best, next) => (count(next) > count(best) ? next : best));
}
