/** JSON Lines, one object a line, and JSON files that are one list of objects: an object is a text. */
import { extname } from 'node:path';
import { maxRowLength, rowItem, type TableFiles } from './columns';
import { decodeStream } from './decodeStream';
import { decodeText } from './decodeText';
import { eachFile } from './eachFile';
import type { SourceItem, SourceProblem } from './source';
import { textLines } from './textLines';
import { maxFileBytes } from './wholeFile';
import type { OpenFile } from './workspaceFile';

/** An object of a file and where it stands. */
export interface JsonObjectAt {
  /** From 1. */
  readonly row: number;
  readonly line?: number;
  readonly value: object;
}

/** JSON Lines: one line in memory at a time; `.json`: the file, up to `maxFileBytes`. @throws as `eachFile` */
export function readJson(root: string, table: TableFiles, signal?: AbortSignal): AsyncGenerator<SourceItem> {
  return eachFile(
    root,
    table,
    async function* (path, file, stop) {
      for await (const item of jsonObjects(path, file, stop)) {
        yield 'value' in item ? rowItem(path, item, fieldOf(item.value), table) : item;
      }
    },
    signal,
  );
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
  if ('reason' in pieces) {
    yield { path, reason: pieces.reason };
    return;
  }
  for await (const { line, text } of textLines(pieces, 2 * maxRowLength)) {
    if (text === undefined) yield { path, line, reason: 'the line is longer than two million characters' };
    else if (text.trim() !== '') {
      const value = parsed(text);
      yield value ? { row: line, line, value } : { path, line, reason: 'it is no JSON object' };
    }
  }
}

async function* listOf(
  path: string,
  { handle, size }: OpenFile,
): AsyncGenerator<JsonObjectAt | SourceProblem> {
  if (size > maxFileBytes) {
    const reason = `it is larger than ${maxFileBytes / 1024 / 1024} MB; JSON Lines (.jsonl) may have any size`;
    yield { path, reason };
    return;
  }
  const decoded = await decodeText(await handle.readFile());
  if ('reason' in decoded) {
    yield { path, ...decoded };
    return;
  }
  const list = parsed(decoded.text);
  if (!Array.isArray(list)) {
    yield { path, reason: 'it is no JSON list of objects' };
    return;
  }
  for (const [at, value] of list.entries()) {
    const object: unknown = value;
    const row = at + 1;
    yield typeof object === 'object' && object !== null
      ? { row, value: object }
      : { path, reason: `row ${row}: it is no object` };
  }
}

/** An object or list; undefined for anything else. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function fieldOf(object: object): (name: string) => unknown {
  return (name) => (Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined);
}
