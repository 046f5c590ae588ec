import { open, rename, rm, writeFile } from 'node:fs/promises';

/**
 * Writes a text so that the file is there whole or as it was before, whatever happens in between: a new file
 * beside it, flushed, then renamed over it.
 */
export async function replaceFile(path: string, text: string | Iterable<string>): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await writeFile(file, text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
