/**
 * JSON Lines of texts: what the command line is given and what the host hands the engine. One text a line:
 * {"text", "label"?, "none"?, "id"?}. No Node API, so that every room can read it.
 */
import { AppError } from './appError';

/** One text. */
export interface JsonRow {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** Undefined for unlabelled text. */
  readonly label?: string;
  /** Somebody has looked at it: it is none of the labels. */
  readonly none?: true;
  readonly id?: string;
}

export interface JsonRowsOptions {
  /** A longer line is an error: memory stays bounded whatever the file is. Bytes. */
  readonly maxLineBytes?: number;
}

const defaultMaxLineBytes = 16 * 1024 * 1024;
const lineFeed = 0x0a;

/**
 * Reads rows as they come, one line in memory at a time. Blank lines, a BOM and CRLF are taken as they are meant.
 *
 * @param chunks bytes, cut anywhere
 * @param name what the errors call the input: a path, or 'standard input'
 * @throws AppError('data/...') with name and line
 */
export async function* jsonRows(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  options: JsonRowsOptions = {},
): AsyncGenerator<JsonRow> {
  let line = 0;
  for await (const bytes of lines(chunks, name, options.maxLineBytes ?? defaultMaxLineBytes)) {
    line += 1;
    const row = rowOf(bytes, line, name);
    if (row) yield row;
  }
}

/** Lines as bytes, without their line feed. A line feed byte is never part of another UTF-8 character. */
async function* lines(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  maxLineBytes: number,
): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let length = 0;
  let line = 1;
  const keep = (piece: Uint8Array): void => {
    length += piece.length;
    if (length > maxLineBytes) {
      const limit = Math.floor(maxLineBytes / 1024 / 1024);
      throw new AppError(
        'data/line-too-long',
        `${name}, line ${line}: the line is longer than ${limit} MB; is this JSON Lines, one text a line?`,
      );
    }
    pieces.push(piece);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      keep(chunk.subarray(start, end));
      yield joined(pieces, length);
      [pieces, length, line, start] = [[], 0, line + 1, end + 1];
    }
    keep(chunk.subarray(start));
  }
  if (length > 0) yield joined(pieces, length);
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function rowOf(bytes: Uint8Array, line: number, name: string): JsonRow | undefined {
  const fail = (code: 'utf8' | 'json' | 'row', reason: string, cause?: unknown): AppError =>
    new AppError(`data/not-${code}`, `${name}, line ${line}: ${reason}.`, { cause });
  let source: string;
  try {
    source = new TextDecoder('utf-8', { fatal: true, ignoreBOM: line !== 1 }).decode(bytes).trim();
  } catch (error) {
    throw fail('utf8', 'the bytes are not UTF-8; save the file as UTF-8', error);
  }
  if (source === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw fail('json', 'this is not JSON; write one {"text": "..."} a line', error);
  }
  if (typeof value !== 'object' || value === null || !('text' in value)) {
    throw fail('row', 'there is no "text"; write one {"text": "...", "label": "..."} a line');
  }
  const { text } = value;
  if (typeof text !== 'string') throw fail('row', `"text" is ${kindOf(text)}; it must be a string`);
  const label = field(value, 'label');
  const none = field(value, 'none') ?? false;
  const id = field(value, 'id');
  if (label !== undefined && (typeof label !== 'string' || label.trim() === '')) {
    const reason = label === '' ? 'is empty; leave it out' : `is ${kindOf(label)}; write it as a string`;
    throw fail('row', `"label" ${reason}`);
  }
  if (typeof none !== 'boolean') throw fail('row', `"none" is ${kindOf(none)}; it must be true or false`);
  if (none && label !== undefined) {
    throw fail('row', 'there are "label" and "none"; a text that is none of the labels has no label');
  }
  if (id !== undefined && typeof id !== 'string' && typeof id !== 'number') {
    throw fail('row', `"id" is ${kindOf(id)}; it must be a string`);
  }
  return {
    line,
    text,
    ...(label !== undefined && { label }),
    ...(none && { none }),
    ...(id !== undefined && { id: String(id) }),
  };
}

/** A field's value; null says the same as a field that is not there. */
function field(value: object, name: string): unknown {
  const found: unknown = (value as Record<string, unknown>)[name];
  return found ?? undefined;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return 'blank';
  return `a ${typeof value}`;
}
