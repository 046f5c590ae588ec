import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { readJsonLines } from '../sources/jsonLines';

/** A text and where it came from; `place` is printed with the answer. */
export interface PlacedText {
  readonly place: { readonly file?: string; readonly line?: number; readonly id?: string };
  readonly text: string;
}

type Chunks = AsyncIterable<Uint8Array>;

/**
 * The texts of what `classify` was given: `-` is standard input, a .jsonl file has one a line, any other file is one.
 *
 * @param readFile a file's text; throws AppError for one that is not text
 * @param onUnreadable hears of files that could not be read; the others go on
 */
export async function* textsOf(
  inputs: readonly string[],
  stdin: Chunks,
  readFile: (path: string) => Promise<string>,
  onUnreadable: (error: unknown) => void,
): AsyncGenerator<PlacedText> {
  for (const input of inputs) {
    try {
      if (input === '-') yield* streamTexts(stdin);
      else if (extname(input) === '.jsonl') yield* rows(input);
      else yield { place: { file: input }, text: await readFile(input) };
    } catch (error) {
      onUnreadable(error);
    }
  }
}

/** JSON Lines when the first line is a row of it, else a text a line. */
async function* streamTexts(stream: Chunks): AsyncGenerator<PlacedText> {
  const { firstLine, chunks } = await peek(stream);
  if (isRow(firstLine)) yield* rows(Readable.from(chunks));
  else yield* plainLines(chunks);
}

async function* rows(input: string | NodeJS.ReadableStream): AsyncGenerator<PlacedText> {
  const file = typeof input === 'string' ? { file: input } : {};
  for await (const { line, id, text } of readJsonLines(input)) {
    yield { place: { ...file, line, ...(id !== undefined && { id }) }, text };
  }
}

async function* plainLines(chunks: Chunks): AsyncGenerator<PlacedText> {
  let line = 0;
  for await (const text of createInterface({ input: Readable.from(chunks), crlfDelay: Infinity })) {
    line += 1;
    if (text.trim() !== '') yield { place: { line }, text };
  }
}

/** Reads up to the end of the first line that is not blank; `chunks` gives everything, what was read included. */
async function peek(stream: Chunks): Promise<{ firstLine: string; chunks: Chunks }> {
  const iterator = stream[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let head = '';
  while (!/\S.*\n/.test(head)) {
    const next = await iterator.next();
    if (next.done === true) break;
    read.push(next.value);
    head = Buffer.concat(read).toString('utf8');
  }
  async function* chunks(): Chunks {
    yield* read.splice(0);
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { firstLine: head.trimStart().split('\n', 1)[0] ?? '', chunks: chunks() };
}

function isRow(line: string): boolean {
  if (!line.startsWith('{')) return false;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'text' in value;
  } catch {
    return false; // a text that begins with a brace
  }
}
