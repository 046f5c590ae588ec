/** Files of any size to text, a piece at a time. */
import { isAscii } from 'node:buffer';
import { firstForeign } from './decodeText';
import { decoderOf, encodingOf, encodingOfHead, sniffedBytes, type Encoding } from './encoding';
import { chunksOf, type ByteSource } from './workspaceFile';

/**
 * The text of a file in pieces, without its BOM. What cannot be decoded becomes U+FFFD: one bad byte far into a
 * large file does not take the rest away. The encoding is found out where the first character is that is not ASCII.
 *
 * @returns why not, when the bytes at its beginning are no text
 */
export async function decodeStream(
  handle: ByteSource,
  signal?: AbortSignal,
): Promise<AsyncGenerator<string> | { reason: string }> {
  const encoding = encodingOfHead(await bytesAt(handle, 0));
  return typeof encoding === 'object' ? encoding : pieces(handle, encoding, signal);
}

async function* pieces(
  handle: ByteSource,
  known: Encoding | undefined,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  let decoder = known === undefined ? undefined : decoderOf(known);
  let at = 0;
  for await (const bytes of chunksOf(handle, signal)) {
    if (decoder === undefined && !isAscii(bytes)) {
      const sample = await bytesAt(handle, at + firstForeign(bytes));
      const encoding = await encodingOf(sample, sample.length === sniffedBytes);
      decoder = decoderOf(encoding, { ignoreBOM: at > 0 });
    }
    at += bytes.length;
    yield decoder === undefined ? bytes.toString('latin1') : decoder.decode(bytes, { stream: true });
  }
  if (decoder !== undefined) yield decoder.decode();
}

async function bytesAt(handle: ByteSource, at: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(sniffedBytes);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, at);
  return bytes.subarray(0, bytesRead);
}
