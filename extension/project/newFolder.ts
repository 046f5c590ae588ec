/** A folder that appears whole or not at all, where none was before. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError, CancelledError, messageOf } from '../protocol/appError';
import { isRunning } from '../protocol/isRunning';
import { isThere, syncFolder } from './durable';

/**
 * Fills a hidden folder beside `dir` and renames it. What a process that was killed in between has left, the next call for the same
 * `dir` removes.
 *
 * @param fill writes files, flushed, into the folder that it is given
 * @throws AppError('archive/there') when there is something already, AppError('archive/not-written'), what `fill` throws
 */
export async function addFolder<T>(dir: string, fill: (draft: string) => Promise<T>): Promise<T> {
  const target = resolve(dir);
  const parent = dirname(target);
  const draft = join(parent, `.${basename(target)}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`);
  try {
    if (await isThere(target)) throw there(dir);
    await mkdir(parent, { recursive: true });
    await removeLeftovers(parent, basename(target));
    await mkdir(draft);
    const result = await fill(draft);
    await syncFolder(draft);
    // It fails on a folder that holds something, so of two that come at once one is told.
    if (await isThere(target)) throw there(dir);
    await rename(draft, target);
    await syncFolder(parent);
    return result;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (AppError.is(error) || error instanceof CancelledError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') throw there(dir);
    if (code === undefined) throw error; // a bug
    throw new AppError(
      'archive/not-written',
      `${dir} cannot be made (${messageOf(error)}); mend that and try again.`,
      {
        cause: error,
      },
    );
  }
}

function there(dir: string): AppError {
  return new AppError(
    'archive/there',
    `${dir} is there already, and nothing is replaced; choose another folder.`,
  );
}

async function removeLeftovers(parent: string, name: string): Promise<void> {
  for (const entry of await readdir(parent)) {
    const [, owner] = /^(\d+)-[0-9a-f]{8}\.tmp$/.exec(entry.slice(name.length + 2)) ?? [];
    if (!entry.startsWith(`.${name}.`) || owner === undefined || isRunning(Number(owner))) continue;
    await rm(join(parent, entry), { recursive: true, force: true });
  }
}
