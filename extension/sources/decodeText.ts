/** Bytes of a file to text, the way an editor would open it. */

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Text, or why the bytes are none. */
export type DecodedText =
  { readonly text: string; readonly encoding: Encoding } | { readonly reason: string };

/** Of this many bytes at the beginning it is judged whether they are text. */
export const sniffedBytes = 8192;
/** Share of control characters that no text has. */
const mostControls = 0.02;

/**
 * Reads UTF-8, UTF-16 by its BOM, and Windows-1252 (which contains Latin-1) when the bytes are no UTF-8.
 * The BOM is not part of the text; line ends stay as they are, so that offsets fit the editor's.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const encoding = encodingOf(bytes, false);
  if (typeof encoding !== 'string') return encoding;
  return { text: new TextDecoder(encoding).decode(bytes), encoding };
}

/**
 * The encoding of bytes, or why they are no text.
 *
 * @param goesOn true when the bytes are only the beginning, which may end within a character
 */
export function encodingOf(bytes: Uint8Array, goesOn: boolean): Encoding | { readonly reason: string } {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (isBinary(bytes.subarray(0, sniffedBytes))) return { reason: 'it is a binary file' };
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: goesOn });
    return 'utf-8';
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return 'windows-1252';
  }
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
