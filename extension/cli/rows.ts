/** Rows of a data file as a terminal shows them. */
import { createReadStream } from 'node:fs';
import { jsonRows, type JsonRow } from '../protocol/jsonLines';

const excerptCharacters = 60;

/** The rows of these numbers, from 0. */
export async function rowsOf(dataFile: string, wanted: ReadonlySet<number>): Promise<Map<number, JsonRow>> {
  const rows = new Map<number, JsonRow>();
  let at = 0;
  for await (const row of jsonRows(createReadStream(dataFile), dataFile)) {
    if (wanted.has(at)) rows.set(at, row);
    at += 1;
  }
  return rows;
}

/** Where a person finds a row. */
export function placeOf({ id, line }: JsonRow): string {
  return id === undefined ? `line ${line}` : excerpt(id);
}

/** The beginning of a text, on one line, without what a terminal would obey. */
export function excerpt(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length <= excerptCharacters ? line : `${line.slice(0, excerptCharacters - 1)}…`;
}

/** Cells in columns, all to the left; the last one is not filled up. */
export function leftColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column < row.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell)).join('  ');
  return rows.map(line).join('\n');
}
