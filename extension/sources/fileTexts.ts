/** The texts of a `files` source: files as what their names say they are, whole or cut into units. */
import { extname } from 'node:path';
import { maxRowLength } from './columns';
import { decodeStream } from './decodeStream';
import { eachOf } from './eachFile';
import { documentFormatOf } from './extract/format';
import { findFiles, streamPaths, type FilePattern } from './files';
import type { SourceItem, SourceProblem, SourceText } from './source';
import { textLines } from './textLines';
import { partsOf, type Unit } from './units';
import { isConverted, readWhole } from './wholeFile';
import type { OpenFile } from './workspaceFile';

/** Files, and what of them is one text: the file without a `unit`. */
export interface TextFiles extends FilePattern {
  readonly unit?: Unit | undefined;
}

/** @throws AppError('sources/bad-pattern'), AppError('sources/not-read'), CancelledError */
export async function* readFileTexts(
  root: string,
  source: TextFiles,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  yield* textsOfFiles(root, await findFiles(root, source, signal), source.unit, signal);
}

/**
 * Mailboxes and lines are read piece by piece, whatever the size of the file.
 * @param paths relative to the root
 * @throws CancelledError
 */
export async function* textsOfFiles(
  root: string,
  paths: readonly string[],
  unit: Unit = 'file',
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  const isLong = (path: string): boolean =>
    mayBeMailbox(path) || extname(path).toLowerCase() === '.eml' || (unit === 'line' && isPlain(path));
  const short = paths.filter((path) => !isLong(path));
  yield* cutAll(streamPaths(root, short, signal), unit);
  yield* eachOf(root, paths.filter(isLong), (path, file, stop) => readLong(path, file, unit, stop), signal);
}

async function* readLong(
  path: string,
  file: OpenFile,
  unit: Unit,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  if (mayBeMailbox(path)) {
    const { beginsAsMailbox, readMailbox } = await import('./formats');
    if (extname(path) !== '' || (await beginsAsMailbox(file))) {
      yield* cutAll(readMailbox(path, file, signal), unit);
      return;
    }
  }
  if (unit === 'line' && isPlain(path)) yield* linesOf(path, file, signal);
  else {
    const whole = await readWhole(path, file);
    if ('text' in whole) yield* cut({ path, text: whole.text }, unit);
    else yield { path, ...whole };
  }
}

async function* linesOf(
  path: string,
  { handle }: OpenFile,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  const pieces = await decodeStream(handle, signal);
  if ('reason' in pieces) {
    yield { path, reason: pieces.reason };
    return;
  }
  for await (const { line, text } of textLines(pieces, maxRowLength)) {
    if (text === undefined) yield { path, line, reason: tooLong };
    else if (text.includes('\0')) yield { path, line, reason: 'it has a NUL byte, which no text has' };
    else if (text.trim() !== '') yield { path, part: `line ${line}`, line, text };
  }
}

async function* cutAll(items: AsyncIterable<SourceItem>, unit: Unit): AsyncGenerator<SourceItem> {
  for await (const item of items) {
    if ('text' in item) yield* cut(item, unit);
    else yield item;
  }
}

/** A file's text, or its parts: each with its place in the file. */
async function* cut(whole: SourceText, unit: Unit): AsyncGenerator<SourceText | SourceProblem> {
  if (unit === 'file') {
    yield whole;
    return;
  }
  const { path, part: outer, text } = whole;
  // The text of a page or a message has other lines than its file.
  const hasLines = outer === undefined && isPlain(path);
  for (const { part: inner, line, text: piece } of await partsOf(path, text, unit)) {
    const part = outer === undefined ? inner : `${outer}, ${inner}`;
    if (piece.length > maxRowLength) yield { path, reason: `${part}: ${tooLong}` };
    else yield { path, part, ...(hasLines && { line }), text: piece };
  }
}

const tooLong = 'it is longer than a million characters';

/** Whether its lines are those of its text. */
function isPlain(path: string): boolean {
  return !isConverted(path) && documentFormatOf(path) === undefined;
}

/** By its name, or because it has none that says what it is. */
function mayBeMailbox(path: string): boolean {
  return ['', '.mbox', '.mbx'].includes(extname(path).toLowerCase());
}
