/** Opens files of the workspace, and never one outside of it. */
import { open, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { CancelledError } from '../protocol/appError';

/** Read at once. */
const chunkBytes = 64 * 1024;

/** What readers ask of a file. */
export interface ByteSource {
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}

/** An open file; whoever asked closes it. */
export interface OpenFile {
  readonly handle: ByteSource;
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
  return openFile(real);
}

/** A file that somebody has named, wherever it is. @throws the system's error when it cannot be opened */
export async function openFile(real: string): Promise<OpenFile | { reason: string }> {
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

/** The bytes of a file in pieces; each holds until the next is asked for. @throws CancelledError, the system's error */
export async function* chunksOf(handle: ByteSource, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const chunk = Buffer.alloc(chunkBytes);
  for (let at = 0; ;) {
    CancelledError.throwIf(signal);
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}

/** Why a file is not read that is larger. @param bytes a whole number of MB */
export function largerThan(bytes: number): string {
  return `it is larger than ${bytes / 1024 / 1024} MB`;
}

/** All bytes, wherever the file was read before. @throws the system's error */
export async function bytesOf({ handle, size }: OpenFile): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  let at = 0;
  while (at < size) {
    const { bytesRead } = await handle.read(bytes, at, size - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}

/** A text that is in memory, an editor's for example, as a file that can be read. */
export function textAsFile(text: string): OpenFile {
  const bytes = Buffer.from(text);
  const read = (
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): { bytesRead: number } => {
    const piece = bytes.subarray(position, position + length);
    buffer.set(piece, offset);
    return { bytesRead: piece.length };
  };
  return {
    handle: {
      read: (...where) => Promise.resolve(read(...where)),
      close: () => Promise.resolve(),
    },
    size: bytes.length,
    realPath: '',
  };
}
