/** Writing so that a crash or a power cut leaves either the old file or the new one. */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whether there is anything of that name, a link to nothing too. */
export async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Makes a new or renamed file's name last. Not every system can flush a folder; those need not. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

type Content = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** As `putInPlace`; makes the folder if needed. */
export async function writeAtomically(file: string, content: Content): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await putInPlace(file, content);
}

/** Writes beside the file, flushes, and puts it in place by a rename. */
export async function putInPlace(file: string, content: Content): Promise<void> {
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await writeFile(handle, content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(file));
}
