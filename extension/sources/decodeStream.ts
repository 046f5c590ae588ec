/** Files of any size to text, a piece at a time. */
import type { FileHandle } from 'node:fs/promises';
import { CancelledError } from '../protocol/appError';
import { encodingOf, sniffedBytes } from './decodeText';

const chunkBytes = 64 * 1024;

/**
 * The text of a file in pieces, without its BOM. What cannot be decoded becomes U+FFFD: one bad byte far into a
 * large file does not take the rest away.
 *
 * @returns why not, when the bytes at its beginning are no text
 */
export async function decodeStream(
  handle: FileHandle,
  signal?: AbortSignal,
): Promise<AsyncGenerator<string> | { reason: string }> {
  const head = Buffer.alloc(sniffedBytes);
  const { bytesRead } = await handle.read(head, 0, head.length, 0);
  const encoding = encodingOf(head.subarray(0, bytesRead), bytesRead === head.length);
  return typeof encoding === 'string' ? pieces(handle, encoding, signal) : encoding;
}

async function* pieces(handle: FileHandle, encoding: string, signal?: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  const chunk = Buffer.alloc(chunkBytes);
  for (let at = 0; ;) {
    CancelledError.throwIf(signal);
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    yield decoder.decode(chunk.subarray(0, bytesRead), { stream: true });
  }
  yield decoder.decode();
}
