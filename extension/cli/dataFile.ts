/** The data files that commands are given: which columns hold text and label, and the rows one by one. */
import { createWriteStream } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Option } from 'commander';
import { AppError, CancelledError, messageOf } from '../protocol/appError';
import { namesOf, type TableColumns } from '../sources/columns';
import type { SourceItem, SourceProblem, SourceText } from '../sources/source';
import { tableTexts, type TableKind } from '../sources/sources';
import { columnsOf, tableKindOf } from '../sources/tableColumns';
import { openFile, type OpenFile } from '../sources/workspaceFile';
import { count } from './figures';
import type { Terminal } from './terminal';
import { usageError } from './usageError';

/** What the help says that a data file is. */
export const dataForms = 'JSON Lines, JSON, CSV, TSV or Parquet';

/** Which columns, as commander gives them. */
export interface ColumnOptions {
  readonly textColumn?: readonly string[];
  readonly labelColumn?: string;
}

const defaults = { text: 'text', label: 'label', none: 'none', id: 'id' } as const;
/** Rows are written in pieces of about this many characters. */
const pieceLength = 64 * 1024;

export function columnOptions(): Option[] {
  const another = (name: string, before: readonly string[] = []): string[] => [...before, name];
  return [
    new Option('--text-column <name>', 'column of the text (default: text); several are joined').argParser(
      another,
    ),
    new Option('--label-column <name>', 'column of the label (default: label, where there is one)'),
  ];
}

/**
 * The rows of a table, one in memory at a time, and what in it is none. What is no table by its name is read as JSON
 * Lines.
 *
 * @throws AppError('cli/usage') that names the columns when one is not there, AppError('cli/unreadable'), CancelledError
 */
export async function* dataItems(
  path: string,
  options: ColumnOptions,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  const kind = tableKindOf(path) ?? 'json';
  const file = await opened(path);
  try {
    const columns = await columnsIn(path, file, kind, options);
    yield* tableTexts[kind](path, file, columns, signal);
  } catch (error) {
    CancelledError.throwIf(signal);
    if (AppError.is(error)) throw error;
    yield { path, reason: `the rest cannot be read (${messageOf(error)})` };
  } finally {
    await file.handle.close();
  }
}

/** @throws AppError('cli/unreadable') */
export async function opened(path: string): Promise<OpenFile> {
  const file = await reached(path, openFile);
  if ('handle' in file) return file;
  throw unreadable({ path, reason: file.reason });
}

/** What is found at the end of a path. @param find takes it without links @throws AppError('cli/unreadable') */
export async function reached<T>(path: string, find: (real: string) => Promise<T>): Promise<T> {
  try {
    return await find(await realpath(path));
  } catch (error) {
    if (AppError.is(error)) throw error;
    throw unreadable({ path, reason: `it cannot be read (${messageOf(error)})` }, error);
  }
}

export function unreadable({ path, line, reason }: SourceProblem, cause?: unknown): AppError {
  const where = line === undefined ? path : `${path}, line ${line}`;
  return new AppError('cli/unreadable', `${where}: ${reason}.`, { cause });
}

/** The columns that options name; the objects of JSON need not all have the same. */
export function wantedColumns({ textColumn = [defaults.text], labelColumn }: ColumnOptions): TableColumns {
  return { ...defaults, text: textColumn, label: labelColumn ?? defaults.label };
}

async function columnsIn(
  path: string,
  file: OpenFile,
  kind: TableKind,
  options: ColumnOptions,
): Promise<TableColumns> {
  const found = await columnsOf(path, file, kind);
  const wanted = wantedColumns(options);
  // What is wrong with the file, its rows tell with their lines.
  if ('reason' in found) return wanted;
  const names = found.map(({ name }) => name);
  const need = (column: string, of: 'text' | 'label'): void => {
    if (names.includes(column)) return;
    throw usageError(
      `${path} has no column "${column}", but ${namesOf(names)}; name the one of the ${of}s with --${of}-column.`,
    );
  };
  for (const column of wanted.text) need(column, 'text');
  if (kind === 'json') return wanted;
  if (options.labelColumn !== undefined) need(options.labelColumn, 'label');
  const there = (column: string | undefined): string | undefined =>
    names.includes(column ?? '') ? column : undefined;
  return { text: wanted.text, label: there(wanted.label), none: there(wanted.none), id: there(wanted.id) };
}

/** Number of the row in its file: what stands for the line where a file has none. */
export function rowOf({ part }: SourceText): number {
  return Number(/\d+$/.exec(part ?? '')?.[0] ?? 0);
}

export interface CopyOptions extends ColumnOptions {
  /** Each row must have a label, or say that none fits: it is measured against. */
  readonly labelled?: boolean;
  /** Which texts are copied; all of them without it. */
  readonly keep?: (text: string) => boolean;
}

/**
 * Writes the rows of a data file as the engine reads them, each on the line that it begins on in the file (the row of its
 * number, where there are no lines): what the engine says of a line is true of the file. Rows without a text are left
 * out, and told.
 *
 * @returns how many rows were written
 * @throws AppError('cli/unreadable') at the first row that is none, as `dataItems`
 */
export async function copyRows(
  path: string,
  copy: string,
  options: CopyOptions,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<number> {
  const { labelled = false, keep = () => true } = options;
  let [written, empty, line] = [0, 0, 1];
  // Several rows may begin on one line; the engine has each on its own.
  const breaksTo = (at: number): number => Math.max(at - line, written === 0 ? 0 : 1);
  async function* pieces(): AsyncGenerator<string> {
    let piece = '';
    for await (const item of dataItems(path, options, signal)) {
      if ('isEmpty' in item) {
        empty += 1;
        continue;
      }
      if (!('text' in item)) throw unreadable(item);
      const { id, text, label, none } = item;
      const at = item.line ?? rowOf(item);
      if (labelled && label === undefined && !none) {
        throw unreadable({ path, line: at, reason: 'there is no label to measure against' });
      }
      if (!keep(text)) continue;
      const breaks = breaksTo(at);
      piece += `${'\n'.repeat(breaks)}${JSON.stringify({ id, text, label, none })}`;
      [written, line] = [written + 1, line + breaks];
      if (piece.length < pieceLength) continue;
      yield piece;
      piece = '';
    }
    yield `${piece}\n`;
  }
  await mkdir(dirname(copy), { recursive: true });
  await pipeline(Readable.from(pieces()), createWriteStream(copy));
  if (empty > 0) terminal.err.write(`${path}: ${count(empty, 'row')} without a text left out.\n`);
  return written;
}

/**
 * What the work says of a copy is meant of its file.
 *
 * @param copies copy -> file
 */
export async function namedAs<T>(
  copies: ReadonlyMap<string | undefined, string | undefined>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!AppError.is(error)) throw error;
    let { message } = error;
    for (const [copy, file] of copies) if (copy && file) message = message.replaceAll(copy, file);
    throw new AppError(error.code, message, { cause: error });
  }
}
