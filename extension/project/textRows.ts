/** The rows of a table as an editor has it: which text stands on which lines. */
import type { TableColumns } from '../sources/columns';
import { tableTexts, type TableKind } from '../sources/sources';
import { textAsFile } from '../sources/workspaceFile';
import { Breaths } from './breaths';

/** A row from its first line to the one before the next row. */
export interface TextRow {
  /** From 1. */
  readonly line: number;
  /** As `SourceText` has it. */
  readonly part?: string;
  /** Undefined for a row that is no text. */
  readonly text?: string;
  /** Why it is none. */
  readonly reason?: string;
}

/**
 * @param path of the file whose text it is
 * @returns in their order; none where several rows share a line, or rows have no lines
 * @throws CancelledError
 */
export async function textRows(
  path: string,
  text: string,
  source: TableColumns & { readonly kind: TableKind },
  signal?: AbortSignal,
): Promise<readonly TextRow[]> {
  const breaths = new Breaths(signal);
  const rows: TextRow[] = [];
  for await (const item of tableTexts[source.kind](path, textAsFile(text), source, signal)) {
    await breaths.breathe();
    const { line } = item;
    if (line === undefined) continue;
    if (line <= (rows.at(-1)?.line ?? 0)) return [];
    if (!('text' in item)) rows.push({ line, reason: item.reason });
    else rows.push({ line, text: item.text, ...(item.part !== undefined && { part: item.part }) });
  }
  return rows;
}

/** The row that a line is in; undefined above the first one. @param line from 1 */
export function rowAt(rows: readonly TextRow[], line: number): TextRow | undefined {
  return rows[firstAfter(rows, line) - 1];
}

/** The rows that any of these lines is in. */
export function rowsWithin(rows: readonly TextRow[], firstLine: number, lastLine: number): TextRow[] {
  return rows.slice(Math.max(0, firstAfter(rows, firstLine) - 1), firstAfter(rows, lastLine));
}

/** The line before the next row; undefined for the last row, which goes to the end of the file. */
export function lastLineOf(rows: readonly TextRow[], { line }: TextRow): number | undefined {
  const next = rows[firstAfter(rows, line)];
  return next && next.line - 1;
}

/** Index of the first row that begins below a line. */
function firstAfter(rows: readonly TextRow[], line: number): number {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((rows[middle]?.line ?? Infinity) <= line) from = middle + 1;
    else to = middle;
  }
  return from;
}
