import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file so that it is there whole or as it was before, whatever happens in between: a new file beside
 * it, flushed, then renamed over it. `write` is given the path to write to.
 */
export async function replaceFile(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await write(temporary);
    const handle = await open(temporary, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
