import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isNoText } from '../sources/encoding';
import { findFiles } from '../sources/files';
import { textsOfFiles } from '../sources/fileTexts';
import { jsonLineObjects, objectText } from '../sources/json';
import { maxRowLength, namesOf } from '../sources/columns';
import type { SourceItem, SourceText } from '../sources/source';
import { tableKindOf } from '../sources/tableColumns';
import { textLines } from '../sources/textLines';
import { readWhole } from '../sources/wholeFile';
import { pathsOf } from './patterns';
import { usageError } from './usageError';
import { dataItems, opened, reached, rowOf, unreadable, wantedColumns, type ColumnOptions } from './dataFile';

/** A text and where it came from; `place` is printed with the answer. */
export interface PlacedText {
  readonly place: {
    readonly file?: string;
    readonly line?: number;
    /** From 1, where a row is not the same as a line. */
    readonly row?: number;
    /** Of a file that has several texts and no rows: 'message 4'. */
    readonly part?: string;
    readonly id?: string;
  };
  readonly text: string;
  /** What the file itself says. */
  readonly label?: string;
}

type Chunks = AsyncIterable<Uint8Array>;

const standardInput = 'standard input';

/**
 * The texts of what `classify` was given: `-` is standard input, a row of a table is one, a message of a mailbox, and any other
 * file; a folder is its files, each of which is what the editor takes it for; a pattern is the files and tables that it finds.
 *
 * @param onUnreadable hears of files and rows that are none; the others go on
 */
export async function* textsOf(
  inputs: readonly string[],
  stdin: Chunks,
  options: ColumnOptions,
  onUnreadable: (error: unknown, isEmpty: boolean) => void,
): AsyncGenerator<PlacedText> {
  for (const input of inputs) {
    const paths = await pathsOf(input).catch((error: unknown) => {
      onUnreadable(error, false);
      return [];
    });
    for (const path of paths) {
      try {
        for await (const item of itemsOf(path, stdin, options)) {
          if (!('path' in item)) yield item;
          else if ('text' in item) yield placed(item);
          else onUnreadable(unreadable(item), item.isEmpty === true);
        }
      } catch (error) {
        onUnreadable(error, false);
      }
    }
  }
}

async function* itemsOf(
  input: string,
  stdin: Chunks,
  options: ColumnOptions,
): AsyncGenerator<SourceItem | PlacedText> {
  if (input === '-') yield* streamTexts(stdin, options);
  else if (tableKindOf(input) !== undefined) yield* dataItems(input, options);
  else yield* fileItems(input);
}

async function* fileItems(input: string): AsyncGenerator<SourceItem> {
  const { path, isFolder } = await reached(input, async (real) => ({
    path: real,
    isFolder: (await stat(real)).isDirectory(),
  }));
  const [root, paths] = isFolder
    ? [path, await findFiles(path, { glob: '**/*' })]
    : [dirname(path), [basename(path)]];
  for await (const item of textsOfFiles(root, paths)) {
    if (!isFolder) yield { ...item, path: input };
    else {
      // A folder has pictures and programs too: nobody asked for those.
      const isEmpty = 'reason' in item && item.reason === isNoText;
      yield { ...item, path: join(input, item.path), ...(isEmpty && { isEmpty }) };
    }
  }
}

function placed(item: SourceText): PlacedText {
  const { path, line, text, label, id, part } = item;
  const isRow = part === undefined || /^(row|line) /.test(part);
  const row = rowOf(item);
  const place = {
    ...(path !== standardInput && { file: path }),
    ...(line !== undefined && { line }),
    ...(isRow ? row > 0 && row !== line && { row } : { part }),
    ...(id !== undefined && { id }),
  };
  return { place, text, ...(label !== undefined && { label }) };
}

/** A file that is one text, as the editor would open it. @throws AppError('cli/unreadable') */
export async function readTextFile(path: string): Promise<string> {
  const file = await opened(path);
  try {
    const whole = await readWhole(path, file);
    if ('reason' in whole) throw unreadable({ path, ...whole });
    return whole.text;
  } finally {
    await file.handle.close();
  }
}

/** JSON Lines when the first line is a row of it, else a text a line. */
async function* streamTexts(stream: Chunks, options: ColumnOptions): AsyncGenerator<SourceItem | PlacedText> {
  const columns = wantedColumns(options);
  const { firstLine, pieces } = await peek(decoded(stream));
  if (isRow(firstLine, columns.text)) {
    for await (const item of jsonLineObjects(standardInput, pieces))
      yield objectText(standardInput, item, columns);
    return;
  }
  if (options.textColumn !== undefined && firstLine !== '')
    throw usageError(
      `Standard input has no JSON Lines with ${namesOf([columns.text].flat())}; give a table of another kind as a file.`,
    );
  for await (const { line, text } of textLines(pieces, maxRowLength)) {
    if (text === undefined)
      yield { path: standardInput, line, reason: 'the line is longer than a million characters' };
    else if (text.trim() !== '') yield { place: { line }, text };
  }
}

async function* decoded(stream: Chunks): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of stream) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** Reads up to the end of the first line that is not blank; `pieces` gives everything, what was read included. */
async function peek(
  stream: AsyncGenerator<string>,
): Promise<{ firstLine: string; pieces: AsyncIterable<string> }> {
  let head = '';
  while (!/\S.*\n/.test(head) && head.length <= 2 * maxRowLength) {
    const next = await stream.next();
    if (next.done === true) break;
    head += next.value;
  }
  async function* pieces(): AsyncGenerator<string> {
    yield head;
    yield* stream;
  }
  return { firstLine: head.trimStart().split('\n', 1)[0] ?? '', pieces: pieces() };
}

function isRow(line: string, columns: string | readonly string[]): boolean {
  if (!line.startsWith('{')) return false;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return false;
    return [columns].flat().every((column) => column in value);
  } catch {
    return false; // a text that begins with a brace
  }
}
