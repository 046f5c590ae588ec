/** CSV and TSV with a row of names: a row is a text. */
import { lackingColumn, maxRowLength, rowItem, type TableColumns, type TableFiles } from './columns';
import { csvRecordTexts, type CsvRecordText } from './csvRecords';
import { decodeStream } from './decodeStream';
import { eachFile } from './eachFile';
import type { SourceItem } from './source';
import { textLines } from './textLines';
import type { OpenFile } from './workspaceFile';

const delimiters = [',', ';', '\t', '|'] as const;

/** The cells of a record, or why it has none. */
export type CsvRecord =
  /** `line`: where it begins, from 1. */
  | { readonly line: number; readonly record: readonly string[] }
  | { readonly line: number; readonly reason: string };

/** So much text is parsed at a time. Characters. */
const parsedAtOnce = 64 * 1024;

/** A few rows in memory at a time. @throws as `eachFile` */
export function readCsv(root: string, table: TableFiles, signal?: AbortSignal): AsyncGenerator<SourceItem> {
  return eachFile(root, table, (path, file, stop) => csvRows(path, file, table, stop), signal);
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
  // Files of the first Macs end their lines so.
  const isOldMac = head.includes('\r') && !head.includes('\n');
  const asLines = (piece: string): string => (isOldMac ? piece.replaceAll('\r', '\n') : piece);
  const whole = async function* (): AsyncGenerator<string> {
    yield asLines(head);
    for await (const piece of pieces) yield asLines(piece);
  };
  const delimiter = delimiterOf(head);
  return parsed(csvRecordTexts(textLines(whole(), 2 * maxRowLength), delimiter), delimiter);
}

/** csv-parse reads the cells, of many records at once for its speed. */
async function* parsed(records: AsyncIterable<CsvRecordText>, delimiter: string): AsyncGenerator<CsvRecord> {
  // Loaded when first needed: not in the way of the extension's start.
  const { parse } = await import('csv-parse/sync');
  const options = {
    delimiter,
    record_delimiter: ['\n', '\r\n'],
    relax_column_count: true,
    relax_quotes: true,
  };
  let begun: { line: number; text: string }[] = [];
  let length = 0;
  const cells = function* (): Generator<CsvRecord> {
    if (begun.length === 0) return;
    const rows = parse(begun.map(({ text }) => text).join('\n'), options);
    for (const [at, { line }] of begun.entries()) yield { line, record: rows[at] ?? [] };
    begun = [];
    length = 0;
  };
  for await (const item of records) {
    if ('text' in item) {
      begun.push(item);
      length += item.text.length;
      if (length < parsedAtOnce) continue;
    }
    yield* cells();
    if ('reason' in item) yield item;
  }
  yield* cells();
}

/** The texts of one file. */
export async function* csvRows(
  path: string,
  file: OpenFile,
  table: TableColumns,
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
  for await (const item of records) {
    const { line } = item;
    if (columns === undefined) {
      if ('reason' in item) {
        yield { path, line, reason: `the row of names: ${item.reason}` };
        return;
      }
      columns = new Map(item.record.map((name, at) => [name.trim(), at]));
      width = item.record.length;
      const lacking = lackingColumn([...columns.keys()], table);
      if (lacking === undefined) continue;
      yield { path, line, reason: lacking };
      return;
    }
    row += 1;
    if ('reason' in item) {
      yield { path, line, reason: `row ${row}: ${item.reason}` };
      continue;
    }
    const { record } = item;
    if (record.length !== width) {
      const reason = `row ${row}: it has ${record.length} cells, not ${width} as the first line`;
      yield { path, line, reason };
      continue;
    }
    const cell = (name: string): string | undefined => record[columns?.get(name) ?? -1];
    yield rowItem(path, { row, line }, cell, table);
  }
  if (row === 0) yield { path, reason: 'it has no rows under a row of names' };
}

/** The delimiter that stands most often in the row of names, outside of quotes. */
export function delimiterOf(head: string): string {
  const names = (/^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(head)?.[0] ?? '').replace(/"(?:[^"]|"")*"/g, '');
  const count = (delimiter: string): number => names.split(delimiter).length;
  return delimiters.reduce((best, next) => (count(next) > count(best) ? next : best));
}
