/** Bytes of a file to text, the way an editor would open it. */
import { isAscii } from 'node:buffer';
import { decoderOf, encodingOf, encodingOfHead, sniffedBytes, type Encoding } from './encoding';

/** Text, or why the bytes are none. */
export type DecodedText =
  | { readonly text: string; readonly encoding: Encoding }
  | { readonly reason: string; readonly line?: number };

/**
 * Reads UTF-8, UTF-16, and what else `encodingOf` finds out. The BOM is not part of the text; line ends stay as they are, so
 * that offsets fit the editor's.
 */
export async function decodeText(bytes: Uint8Array): Promise<DecodedText> {
  const head = encodingOfHead(bytes);
  if (typeof head === 'object') return head;
  const sample = bytes.subarray(firstForeign(bytes)).subarray(0, sniffedBytes);
  const encoding = head ?? (await encodingOf(sample, sample.length === sniffedBytes));
  const text = decoderOf(encoding).decode(bytes);
  const nul = text.indexOf('\0');
  if (nul < 0) return { text, encoding };
  return { line: text.slice(0, nul).split('\n').length, reason: 'it has a NUL byte, which no text has' };
}

/** Where the first byte is that is not ASCII; the length when all are. */
export function firstForeign(bytes: Uint8Array): number {
  if (isAscii(bytes)) return bytes.length;
  return bytes.findIndex((byte) => byte >= 0x80);
}
