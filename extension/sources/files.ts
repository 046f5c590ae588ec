/** Files of the workspace: each a text, or cut into smaller ones. */
import { readdir, type Dirent } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { AppError, CancelledError, messageOf } from '../protocol/appError';
import { staysInside } from './globs';
import type { SourceContent, SourceItem, SourceProblem, SourceText } from './source';
import { readWhole } from './wholeFile';
import { openInside } from './workspaceFile';

/** Never texts to learn from, whatever the pattern says. */
const excludedAlways = ['**/.git/**', '**/node_modules/**', '**/.nanonet/**'];
const readAtOnce = 16;

/** Which files: see `staysInside`. A folder means everything in it. */
export interface FilePattern {
  readonly glob: string;
  readonly exclude?: readonly string[] | undefined;
}

/**
 * The paths that a pattern finds: relative to the root, with '/', sorted. Links are not followed: what they lead to in
 * the workspace is found where it is, and what is outside is no part of it.
 *
 * @param root the workspace folder
 * @throws AppError('sources/bad-pattern'), AppError('sources/not-read'), CancelledError
 */
export async function findFiles(root: string, pattern: FilePattern, signal?: AbortSignal): Promise<string[]> {
  if (!staysInside(pattern.glob)) {
    throw new AppError(
      'sources/bad-pattern',
      `The source "${pattern.glob}" leaves the workspace; give a pattern relative to it, without "..".`,
    );
  }
  CancelledError.throwIf(signal);
  try {
    // Loaded when first needed: not in the way of the extension's start.
    const { glob } = await import('tinyglobby');
    const found = await glob(pattern.glob, {
      cwd: root,
      ignore: [...excludedAlways, ...(pattern.exclude ?? [])],
      followSymbolicLinks: false,
      fs: { readdir: readdirInTurn() },
      ...(signal && { signal }),
    });
    // Sorted by code units, which no locale changes.
    return found.sort();
  } catch (error) {
    CancelledError.throwIf(signal);
    throw new AppError('sources/not-read', `${root} cannot be searched (${messageOf(error)}).`, {
      cause: error,
    });
  } finally {
    CancelledError.throwIf(signal);
  }
}

/**
 * `readdir` whose answers are taken one a turn of the event loop: those of a large workspace come together, and others of this
 * process have to have theirs in between.
 */
function readdirInTurn(): typeof readdir {
  const waiting: (() => void)[] = [];
  const next = (): void => {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(next);
  };
  const inTurn = (
    path: string,
    options: { withFileTypes: true },
    done: (error: Error | null, entries: Dirent[]) => void,
  ): void =>
    readdir(path, options, (error, entries) => {
      if (waiting.push(() => done(error, entries)) === 1) setImmediate(next);
    });
  return inTurn as typeof readdir;
}

/** Reads these files of the workspace; what cannot be read becomes a problem. Keeps the order of the paths. */
export async function readPaths(
  root: string,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<SourceContent> {
  const texts: SourceText[] = [];
  const problems: SourceProblem[] = [];
  for await (const item of streamPaths(root, paths, signal)) {
    if ('text' in item) texts.push(item);
    else problems.push(item);
  }
  return { texts, problems };
}

/** As `readPaths`, with a few files in memory at a time. */
export async function* streamPaths(
  root: string,
  paths: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  const realRoot = await realpath(root).catch(() => root);
  for (let start = 0; start < paths.length; start += readAtOnce) {
    CancelledError.throwIf(signal);
    const some = paths.slice(start, start + readAtOnce);
    yield* await Promise.all(some.map((path) => readOne(realRoot, path, signal)));
  }
}

async function readOne(
  realRoot: string,
  path: string,
  signal?: AbortSignal,
): Promise<SourceText | SourceProblem> {
  try {
    const opened = await openInside(realRoot, path);
    if ('reason' in opened) return { path, reason: opened.reason };
    try {
      return { path, ...(await readWhole(path, opened, signal)) };
    } finally {
      await opened.handle.close();
    }
  } catch (error) {
    CancelledError.throwIf(signal);
    return { path, reason: `it cannot be read (${messageOf(error)})`, mayPass: true };
  }
}
