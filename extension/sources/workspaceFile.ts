/** Opens files of the workspace, and never one outside of it. */
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';

/** An open file; whoever asked closes it. */
export interface OpenFile {
  readonly handle: FileHandle;
  /** Bytes. */
  readonly size: number;
  /** As `realpath` says it. */
  readonly realPath: string;
}

/**
 * @param realRoot the workspace folder, as `realpath` says it
 * @param path relative to it
 * @returns why not, when it is no file of the workspace
 * @throws the system's error when it cannot be opened
 */
export async function openInside(realRoot: string, path: string): Promise<OpenFile | { reason: string }> {
  const real = await realpath(join(realRoot, path));
  const inside = relative(realRoot, real);
  if (inside.startsWith('..') || isAbsolute(inside)) return { reason: 'it leads out of the workspace' };
  const handle = await open(real, 'r');
  try {
    const stat = await handle.stat();
    if (stat.isFile()) return { handle, size: stat.size, realPath: real };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return { reason: 'it is not a file' };
}
