/** JSON Lines, one object a line, and JSON files that are one list of objects: an object is a text. */
import { extname } from 'node:path';
import { maxRowLength, rowItem, type TableFiles } from './columns';
import { decodeStream } from './decodeStream';
import { decodeText } from './decodeText';
import { eachFile } from './eachFile';
import { maxFileBytes } from './files';
import type { SourceItem } from './source';
import { textLines } from './textLines';
import type { OpenFile } from './workspaceFile';

/** JSON Lines: one line in memory at a time; `.json`: the file, up to `maxFileBytes`. @throws as `eachFile` */
export function readJson(root: string, table: TableFiles, signal?: AbortSignal): AsyncGenerator<SourceItem> {
  return eachFile(
    root,
    table,
    (path, file, stop) =>
      extname(path).toLowerCase() === '.json' ? listOf(path, file, table) : linesOf(path, file, table, stop),
    signal,
  );
}

async function* linesOf(
  path: string,
  { handle }: OpenFile,
  table: TableFiles,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  const pieces = await decodeStream(handle, signal);
  if ('reason' in pieces) {
    yield { path, reason: pieces.reason };
    return;
  }
  for await (const { line, text } of textLines(pieces, 2 * maxRowLength)) {
    if (text === undefined) yield { path, line, reason: 'the line is longer than two million characters' };
    else if (text.trim() !== '') {
      const value = parsed(text);
      yield value
        ? rowItem(path, { row: line, line }, fieldOf(value), table)
        : { path, line, reason: 'it is no JSON object' };
    }
  }
}

async function* listOf(
  path: string,
  { handle, size }: OpenFile,
  table: TableFiles,
): AsyncGenerator<SourceItem> {
  if (size > maxFileBytes) {
    const reason = `it is larger than ${maxFileBytes / 1024 / 1024} MB; JSON Lines (.jsonl) may have any size`;
    yield { path, reason };
    return;
  }
  const decoded = decodeText(await handle.readFile());
  const list: unknown = 'reason' in decoded ? undefined : parsed(decoded.text);
  if (!Array.isArray(list)) {
    yield { path, reason: 'reason' in decoded ? decoded.reason : 'it is no JSON list of objects' };
    return;
  }
  for (const [at, value] of list.entries()) {
    const object: unknown = value;
    const row = at + 1;
    if (typeof object === 'object' && object !== null) yield rowItem(path, { row }, fieldOf(object), table);
    else yield { path, reason: `row ${row}: it is no object` };
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
