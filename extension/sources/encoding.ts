/** In which encoding the bytes of a file are text. */

/** A label that `TextDecoder` knows. */
export type Encoding = string;

/** So many bytes are looked at. */
export const sniffedBytes = 64 * 1024;
/** Why a binary file gives no text. */
export const isNoText = 'it is a binary file';

/** So many bytes at a file's beginning say that it is binary. */
const headBytes = 8192;
/** Share of control characters that no text has. */
const mostControls = 0.02;

/** Encodings of two bytes a character have patterns of their own: so sure is chardet of a dozen characters. Of 100. */
const sureOfPattern = 50;
/** Other scripts than Latin, of one byte a letter: so sure is it of a few words. */
const sureOfScript = 20;
/** Letters of Central Europe and Turkey share their bytes with those of the west: this is surer by so much. */
const surerThanWest = { least: 35, factor: 1.25 };

const patterns = ['Shift_JIS', 'EUC-JP', 'EUC-KR', 'GB18030', 'Big5'];
const scripts = [
  ...['windows-1251', 'KOI8-R', 'ISO-8859-5', 'windows-1253', 'ISO-8859-7'],
  ...['windows-1255', 'ISO-8859-8', 'windows-1256', 'ISO-8859-6'],
];
const central = ['windows-1250', 'ISO-8859-2'];
const latin = [...central, 'windows-1254', 'ISO-8859-9'];
const west = ['windows-1252', 'ISO-8859-1'];

/** What Windows-1252 has where Latin-1 has control characters, from 0x80 to 0x9f. */
const windowsSigns = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/**
 * A decoder of one text, in pieces. Node's own reads Windows-1252 as Latin-1 (nodejs/node#56542), which has no quotation marks.
 *
 * @param options as `TextDecoder` has them
 */
export function decoderOf(encoding: Encoding, options?: TextDecoderOptions): Pick<TextDecoder, 'decode'> {
  const decoder = new TextDecoder(encoding, options);
  if (decoder.encoding !== 'windows-1252') return decoder;
  return { decode: (...args) => withWindowsSigns(decoder.decode(...args)) };
}

/** Control characters that stand for the signs of Windows-1252, as those signs. */
export function withWindowsSigns(text: string): string {
  return text.replace(/[\x80-\x9f]/g, (control) => windowsSigns[control.charCodeAt(0) - 0x80] ?? control);
}

/**
 * What the beginning of a file alone says: UTF-16, or that it is no text.
 *
 * @returns undefined for bytes of which ASCII is a part
 */
export function encodingOfHead(head: Uint8Array): Encoding | { readonly reason: string } | undefined {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const bytes = head.subarray(0, headBytes);
  if (bytes.includes(0)) {
    const wide = ['utf-16le', 'utf-16be'].find((encoding) => isWideText(bytes, encoding));
    return wide ?? { reason: isNoText };
  }
  return isBinary(bytes) ? { reason: isNoText } : undefined;
}

/**
 * The encoding of bytes of which ASCII is a part. UTF-8 where they are UTF-8, damaged here and there or not; where nothing
 * is sure, Windows-1252, which contains Latin-1.
 *
 * @param bytes from the first one that is not ASCII; of many, the first `sniffedBytes`
 * @param goesOn true when there are more, so that these may end within a character
 */
export async function encodingOf(bytes: Uint8Array, goesOn: boolean): Promise<Encoding> {
  if (isUtf8(bytes, goesOn)) return 'utf-8';
  // Loaded when first needed: not in the way of the extension's start.
  const { analyse } = await import('chardet');
  const all = analyse(bytes);
  const bestOf = (matches: typeof all, names: readonly string[]): { name: string; confidence: number } =>
    matches.find(({ name }) => names.includes(name)) ?? { name: '', confidence: 0 };

  const pattern = bestOf(all, patterns);
  if (pattern.confidence >= sureOfPattern) return pattern.name.toLowerCase();
  // Names, numbers and English around them say nothing of a script.
  const script = bestOf(analyse(foreignWords(bytes)), [...scripts, ...latin, ...west]);
  if (scripts.includes(script.name) && script.confidence >= sureOfScript) return script.name.toLowerCase();
  const other = bestOf(all, latin);
  const { least, factor } = surerThanWest;
  if (other.confidence < Math.max(least, factor * bestOf(all, west).confidence)) return 'windows-1252';
  return central.includes(other.name) ? centralOf(bytes) : other.name.toLowerCase();
}

function isUtf8(bytes: Uint8Array, goesOn: boolean): boolean {
  const text = new TextDecoder().decode(bytes, { stream: goesOn });
  let bad = 0;
  let good = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd) bad += 1;
    else if (code >= 0x80) good += 1;
  }
  return bad === 0 || good > 10 * bad;
}

/** UTF-16 without a mark: only characters that texts have, and Latin letters or spaces among them. */
function isWideText(bytes: Uint8Array, encoding: string): boolean {
  const whole = bytes.subarray(0, bytes.length - (bytes.length === headBytes ? bytes.length % 2 : 0));
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(whole, {
      stream: bytes.length === headBytes,
    });
    if (/[\p{Cn}\p{Co}]|[^\P{Cc}\t\n\f\r\u001b]/u.test(text)) return false;
    const latin = text.match(/[\t\n\r -~\u3000-\u3002\uff0c]/g)?.length ?? 0;
    return latin > text.length / 100;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function isBinary(head: Uint8Array): boolean {
  if (String.fromCharCode(...head.subarray(0, 5)) === '%PDF-') return true;
  let controls = 0;
  for (const byte of head) {
    // Tab, line feed, form feed, carriage return and escape (coloured logs) stand in texts.
    if (byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte)) controls += 1;
  }
  return controls > head.length * mostControls;
}

/** The words that have bytes beyond ASCII, with spaces between them. */
function foreignWords(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const words = text.match(/[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*/g) ?? [];
  return Buffer.from(words.join(' '), 'latin1');
}

/** Windows-1250 and ISO-8859-2 differ in a few letters, which are signs in the other. */
function centralOf(bytes: Uint8Array): Encoding {
  const signs = (encoding: string): number =>
    new TextDecoder(encoding).decode(bytes).match(/[^\p{L}\p{ASCII}]/gu)?.length ?? 0;
  return signs('iso-8859-2') < signs('windows-1250') ? 'iso-8859-2' : 'windows-1250';
}
