/** Which columns of a table hold the text and its label, and a row read by them. */
import type { FilePattern } from './files';
import type { SourceItem, SourceProblem } from './source';

/** Files of rows, one text a row. */
export interface TableFiles extends FilePattern {
  /** Column of the text; several are joined by a blank line. */
  readonly text: string | readonly string[];
  /** Column of the label that a row already has. */
  readonly label?: string | undefined;
  /** Column that says, true or false, whether none of the labels fits. */
  readonly none?: string | undefined;
  /** Column of the name that a row goes by, for programs. */
  readonly id?: string | undefined;
}

/** The columns alone. */
export type TableColumns = Omit<TableFiles, keyof FilePattern>;

/** A text longer than this is a problem: it is not one text. Characters. */
export const maxRowLength = 1024 * 1024;
/** Columns that are named where one is missing, and characters of each. */
const mostNames = 20;
const longestName = 60;

/** Every column that is read. */
export function columnsRead({ text, label, none, id }: TableColumns): string[] {
  const others = [label, none, id].filter((name) => name !== undefined);
  return [...(typeof text === 'string' ? [text] : text), ...others];
}

/** What is wrong with a table that lacks a column: said once, for no row of it can be read. */
export function lackingColumn(names: readonly string[], table: TableColumns): string | undefined {
  const lacking = columnsRead(table).find((column) => !names.includes(column));
  if (lacking === undefined) return undefined;
  return `it has no column "${lacking}", but ${namesOf(names)}`;
}

/** Names of columns in a sentence. */
export function namesOf(names: readonly string[]): string {
  const shown = names
    .slice(0, mostNames)
    .map((name) => `"${name.slice(0, longestName).replace(/[\s\p{Cc}]+/gu, ' ')}"`);
  const others = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  return `${shown.join(', ')}${others}`;
}

/** One row: a text, or why it is none. */
export function rowItem(
  path: string,
  at: { row: number; line?: number },
  valueOf: (column: string) => unknown,
  { text, label, none, id }: TableColumns,
): SourceItem {
  const line = at.line === undefined ? {} : { line: at.line };
  // Of JSON Lines, the line says it already.
  const where = at.line === at.row ? '' : `row ${at.row}: `;
  const problem = (reason: string): SourceProblem => ({ path, ...line, reason: `${where}${reason}` });
  const values: string[] = [];
  for (const column of typeof text === 'string' ? [text] : text) {
    const found = valueOf(column);
    // A table says so of a cell that is empty.
    const value = found === null ? '' : said(found);
    if (value === undefined) return problem(`"${column}" is missing or no text`);
    values.push(value);
  }
  const whole = values.filter((value) => value.trim() !== '').join('\n\n');
  if (whole === '') return { ...problem('the text is empty'), isEmpty: true };
  if (whole.length > maxRowLength) return problem('the text is longer than a million characters');
  if (whole.includes('\0')) return problem('the text has a NUL byte, which no text has');
  const given = label === undefined ? undefined : said(valueOf(label))?.trim();
  if (given?.includes('\0')) return problem('the label has a NUL byte, which no label has');
  const fitsNone = none === undefined ? false : truthOf(valueOf(none));
  if (fitsNone === undefined) return problem(`"${none}" is neither true nor false`);
  const named = id === undefined ? undefined : said(valueOf(id));
  return {
    path,
    part: `row ${at.row}`,
    ...line,
    text: whole,
    ...(given && { label: given }),
    ...(fitsNone && { none: true }),
    ...(named && { id: named }),
  };
}

/** Truth as JSON has it, or the words for it in a cell; false where nothing is said, undefined for anything else. */
function truthOf(value: unknown): boolean | undefined {
  const word = said(value ?? '')
    ?.trim()
    .toLowerCase();
  return word === 'true' ? true : word === 'false' || word === '' ? false : undefined;
}

/** Numbers and truth values are words too, most of all as labels; lists and objects are not. */
function said(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  return undefined;
}
