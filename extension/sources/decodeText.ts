/** Bytes of a file to text, the way an editor would open it. */

/** Text, or why the bytes are none. */
export type DecodedText =
  | { readonly text: string; readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' }
  | { readonly reason: string };

/** Of this many bytes at the beginning it is judged whether they are text. */
const sniffedBytes = 8192;
/** Share of control characters that no text has. */
const mostControls = 0.02;

/**
 * Reads UTF-8, UTF-16 by its BOM, and Windows-1252 (which contains Latin-1) when the bytes are no UTF-8.
 * The BOM is not part of the text; line ends stay as they are, so that offsets fit the editor's.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return { text: decode(bytes, 'utf-16le'), encoding: 'utf-16le' };
  if (first === 0xfe && second === 0xff) return { text: decode(bytes, 'utf-16be'), encoding: 'utf-16be' };
  if (isBinary(bytes.subarray(0, sniffedBytes))) return { reason: 'it is a binary file' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { text: decode(bytes, 'windows-1252'), encoding: 'windows-1252' };
  }
}

function decode(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be' | 'windows-1252'): string {
  return new TextDecoder(encoding).decode(bytes);
}

function isBinary(head: Uint8Array): boolean {
  if (String.fromCharCode(...head.subarray(0, 5)) === '%PDF-') return true;
  let controls = 0;
  for (const byte of head) {
    if (byte === 0) return true;
    // Tab, line feed, form feed, carriage return and escape (coloured logs) stand in texts.
    if (byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte)) controls += 1;
  }
  return controls > head.length * mostControls;
}
