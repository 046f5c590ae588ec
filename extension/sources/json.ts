/** JSON Lines, one object a line, and JSON files that are one list of objects: an object is a text. */
import { extname } from 'node:path';
import { jsonOrUndefined } from '../protocol/jsonOrUndefined';
import { maxRowLength, rowItem, type TableColumns, type TableFiles } from './columns';
import { decodeStream } from './decodeStream';
import { decodeText } from './decodeText';
import { eachFile } from './eachFile';
import type { SourceItem, SourceProblem } from './source';
import { textLines } from './textLines';
import { maxFileBytes } from './wholeFile';
import { bytesOf, largerThan, type OpenFile } from './workspaceFile';

/** An object of a file and where it stands. */
export interface JsonObjectAt {
  /** From 1. */
  readonly row: number;
  readonly line?: number;
  readonly value: object;
}

/** JSON Lines: one line in memory at a time; `.json`: the file, up to `maxFileBytes`. @throws as `eachFile` */
export function readJson(root: string, table: TableFiles, signal?: AbortSignal): AsyncGenerator<SourceItem> {
  return eachFile(root, table, (path, file, stop) => jsonTexts(path, file, table, stop), signal);
}

/** The texts of one file. */
export async function* jsonTexts(
  path: string,
  file: OpenFile,
  table: TableColumns,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  for await (const item of jsonObjects(path, file, signal)) yield objectText(path, item, table);
}

/** The text that an object is, or why it is none. */
export function objectText(
  path: string,
  item: JsonObjectAt | SourceProblem,
  table: TableColumns,
): SourceItem {
  return 'value' in item ? rowItem(path, item, fieldOf(item.value), table) : item;
}

/** The objects of a file, and what in it is none. */
export function jsonObjects(
  path: string,
  file: OpenFile,
  signal?: AbortSignal,
): AsyncGenerator<JsonObjectAt | SourceProblem> {
  return extname(path).toLowerCase() === '.json' ? listOf(path, file) : linesOf(path, file, signal);
}

async function* linesOf(
  path: string,
  { handle }: OpenFile,
  signal?: AbortSignal,
): AsyncGenerator<JsonObjectAt | SourceProblem> {
  const pieces = await decodeStream(handle, signal);
  if ('reason' in pieces) yield { path, reason: pieces.reason };
  else yield* jsonLineObjects(path, pieces);
}

/** JSON Lines that come from anywhere, one object a line. */
export async function* jsonLineObjects(
  path: string,
  pieces: AsyncIterable<string>,
): AsyncGenerator<JsonObjectAt | SourceProblem> {
  for await (const { line, text } of textLines(pieces, 2 * maxRowLength)) {
    if (text === undefined) yield { path, line, reason: 'the line is longer than two million characters' };
    else if (text.trim() !== '') {
      const value = parsed(text);
      yield value ? { row: line, line, value } : { path, line, reason: 'it is no JSON object' };
    }
  }
}

async function* listOf(path: string, file: OpenFile): AsyncGenerator<JsonObjectAt | SourceProblem> {
  if (file.size > maxFileBytes) {
    yield { path, reason: `${largerThan(maxFileBytes)}; JSON Lines (.jsonl) may have any size` };
    return;
  }
  const decoded = await decodeText(await bytesOf(file));
  if ('reason' in decoded) {
    yield { path, ...decoded };
    return;
  }
  const list = parsed(decoded.text);
  if (!Array.isArray(list)) {
    yield { path, reason: 'it is no JSON list of objects' };
    return;
  }
  const lines = linesOfItems(decoded.text);
  for (const [at, value] of list.entries()) {
    const object: unknown = value;
    const row = at + 1;
    const line = lines[at] ?? 1;
    yield typeof object === 'object' && object !== null
      ? { row, line, value: object }
      : { path, line, reason: `row ${row}: it is no object` };
  }
}

/** The line that each item of a list begins on, from 1. @param text JSON that is one list */
function linesOfItems(text: string): number[] {
  const lines: number[] = [];
  let [line, depth] = [1, 0];
  let isBetween = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\n' || (character === '\r' && text[at + 1] !== '\n')) line += 1;
    if (character.trim() === '') continue;
    if (isBetween && character !== ']') lines.push(line);
    isBetween = depth === 1 ? character === ',' : depth === 0;
    if (character === '"') at = endOfString(text, at);
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
  }
  return lines;
}

/** Where the quote is that ends a string. @param at its first one */
function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end;
}

/** An object or list; undefined for anything else. */
function parsed(text: string): object | undefined {
  const value = jsonOrUndefined(text);
  return typeof value === 'object' && value !== null ? value : undefined;
}

function fieldOf(object: object): (name: string) => unknown {
  return (name) => (Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined);
}
