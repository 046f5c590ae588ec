/** Reads files of many texts one after the other; what goes wrong in one ends that file, not the source. */
import { realpath } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { CancelledError, messageOf } from '../protocol/appError';
import { findFiles, type FilePattern } from './files';
import type { SourceItem } from './source';
import { openInside, type OpenFile } from './workspaceFile';

/** So many problems of a file are told one by one: a million would be more than its texts. */
export const mostProblems = 1000;
/** So many rows are read before others have their turn. */
const rowsAtOnce = 500;
const longestMessage = 200;

/** Gives the texts of one open file. Anything that it throws becomes a problem of that file. */
export type FileReader = (path: string, file: OpenFile, signal?: AbortSignal) => AsyncIterable<SourceItem>;

/** @throws AppError('sources/bad-pattern'), AppError('sources/not-read'), CancelledError */
export async function* eachFile(
  root: string,
  pattern: FilePattern,
  read: FileReader,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  yield* eachOf(root, await findFiles(root, pattern, signal), read, signal);
}

/** These files of the workspace. @throws CancelledError */
export async function* eachOf(
  root: string,
  paths: readonly string[],
  read: FileReader,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  const realRoot = await realpath(root).catch(() => root);
  let count = 0;
  for (const path of paths) {
    for await (const item of told(path, oneFile(realRoot, path, read, signal))) {
      yield item;
      if ((count += 1) % rowsAtOnce !== 0) continue;
      await setImmediate();
      CancelledError.throwIf(signal);
    }
  }
}

/** The items of a file: at least one, and no more problems than somebody reads. */
async function* told(path: string, items: AsyncIterable<SourceItem>): AsyncGenerator<SourceItem> {
  let texts = 0;
  let problems = 0;
  for await (const item of items) {
    if ('text' in item) texts += 1;
    else problems += 1;
    if ('text' in item || problems <= mostProblems) yield item;
  }
  if (problems > mostProblems) {
    yield { path, reason: `it has ${problems - mostProblems} more problems like these` };
  } else if (texts + problems === 0) yield { path, reason: 'it has no texts' };
}

/** What a library says may hold bytes of the file. */
export function plainMessage(error: unknown): string {
  return messageOf(error)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .slice(0, longestMessage);
}

async function* oneFile(
  realRoot: string,
  path: string,
  read: FileReader,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  try {
    const file = await openInside(realRoot, path);
    if ('reason' in file) {
      yield { path, reason: file.reason };
      return;
    }
    try {
      yield* read(path, file, signal);
    } finally {
      await file.handle.close();
    }
  } catch (error) {
    CancelledError.throwIf(signal);
    yield { path, reason: `the rest cannot be read (${plainMessage(error)})`, mayPass: true };
  }
}
