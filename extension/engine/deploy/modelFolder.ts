/** A folder that appears whole or not at all. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isRunning } from '../../protocol/isRunning';

/**
 * Fills a folder beside `dir`, flushes it to the disk, and renames it to `dir`. What was at `dir` is
 * replaced only then; when `fill` throws, it stays and nothing else is left. A process that is killed in between
 * leaves a hidden folder (`.<name>.<pid>-...`) that the next call for the same `dir` removes.
 *
 * @param fill writes into the folder that it is given
 */
export async function replaceFolder<T>(dir: string, fill: (draft: string) => Promise<T>): Promise<T> {
  const target = resolve(dir);
  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  await removeLeftovers(parent, basename(target));
  const mark = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const draft = join(parent, `.${basename(target)}.${mark}.tmp`);
  const old = join(parent, `.${basename(target)}.${mark}.old`);
  let result: T;
  try {
    await mkdir(draft);
    result = await fill(draft);
    await flush(draft);
    // A folder cannot be renamed onto one that holds something: the old one steps aside for an instant.
    const stepped = await renameIfThere(target, old);
    try {
      await rename(draft, target);
    } catch (error) {
      if (stepped) await rename(old, target);
      throw error;
    }
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  await syncFolder(parent);
  await rm(old, { recursive: true, force: true });
  return result;
}

/** Flushes all files of a folder, then the names in it. */
async function flush(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await flush(path);
    else await sync(path, 'r+');
  }
  await syncFolder(folder);
}

/** Not every system can flush a folder; those need not. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform !== 'win32') await sync(folder, 'r');
}

async function sync(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @returns whether there was something to rename */
async function renameIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

/** Removes what processes that are no more have left; puts an old folder back that stepped aside for nothing. */
async function removeLeftovers(parent: string, name: string): Promise<void> {
  const entries = await readdir(parent);
  let there = entries.includes(name);
  for (const entry of entries) {
    const [, owner, kind] = /^(\d+)-[0-9a-f]{8}\.(tmp|old)$/.exec(entry.slice(name.length + 2)) ?? [];
    if (!entry.startsWith(`.${name}.`) || owner === undefined || isRunning(Number(owner))) continue;
    const path = join(parent, entry);
    if (kind === 'old' && !there) {
      await rename(path, join(parent, name));
      there = true;
    } else {
      await rm(path, { recursive: true, force: true });
    }
  }
}
