/** Word documents (ECMA-376, Office Open XML): a zip whose XML is read as a stream, so that its size is bounded. */
import type { Readable } from 'node:stream';
import * as yauzl from 'yauzl';
import { tooLong, type Extraction, type FileBytes } from './format';
import { BodyText } from './docxBody';

/** Bytes of one part when unpacked; the text of a thousand pages is two million. */
const maxPartBytes = 64 * 1024 * 1024;
/** The parts that hold text, in the order in which they are read. */
const textTypes = ['document.main', 'footnotes', 'endnotes'];
/** Characters of the list of types. */
const longestList = 1024 * 1024;
/** Of an OLE file: what Word makes of a document with a password, and what it wrote before 2007. */
const oleMagic = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);
const encrypted = Buffer.from('EncryptedPackage', 'utf16le');

/** The paragraphs of the body and then its notes, one blank line apart; a row of a table is a line, its cells parted by tabs. */
export async function docxText({ bytes }: FileBytes): Promise<Extraction> {
  if (bytes.subarray(0, oleMagic.length).equals(oleMagic)) {
    return {
      reason: bytes.includes(encrypted)
        ? 'it is protected by a password'
        : 'it is a document of Word 97 to 2003; save it as .docx',
    };
  }
  const zip = await yauzl.fromBufferPromise(bytes, { lazyEntries: true });
  const entries = new Map<string, yauzl.Entry>();
  for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  const parts = (await textParts(zip, entries.get('[Content_Types].xml'))).flatMap(
    (name) => entries.get(name) ?? [],
  );
  if (parts.length === 0) return { reason: 'it is no Word document' };
  const texts: string[] = [];
  for (const part of parts) {
    const body = new BodyText();
    const problem = await eachPiece(zip, part, (piece) => body.read(piece));
    if (problem !== undefined) return { reason: problem };
    if (body.isTooLong) return tooLong;
    texts.push(body.end());
  }
  const text = texts.filter((one) => one !== '').join('\n\n');
  return text === '' ? { reason: 'it has no text' } : { texts: [{ text }] };
}

/** Names of parts by their types: most programs give them the same names, but the list of types decides. */
async function textParts(zip: yauzl.ZipFile, types: yauzl.Entry | undefined): Promise<string[]> {
  let list = '';
  if (types) await eachPiece(zip, types, (piece) => (list += piece).length < longestList);
  const tags = list.match(/<Override\s[^>]*>/g) ?? [];
  const names = textTypes.map((type) => {
    const tag = tags.find((one) => one.includes(`wordprocessingml.${type}+xml"`)) ?? '';
    return /PartName="\/?([^"]+)"/.exec(tag)?.[1];
  });
  return [names[0] ?? 'word/document.xml', ...names.slice(1).filter((name) => name !== undefined)];
}

/**
 * Unpacks a part a piece at a time.
 *
 * @param read gives false when it needs no more
 * @returns why it was left, as a sentence part
 * @throws the zip's error, also when a part is larger than it says
 */
async function eachPiece(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  read: (piece: string) => boolean,
): Promise<string | undefined> {
  const stream: Readable = await zip.openReadStreamPromise(entry);
  let decoder: TextDecoder | undefined;
  let size = 0;
  // Leaving the loop ends the stream.
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxPartBytes) return `it unpacks to more than ${maxPartBytes / 1024 / 1024} MB`;
    decoder ??= new TextDecoder(encodingOf(chunk));
    if (!read(decoder.decode(chunk, { stream: true }))) return undefined;
  }
  return undefined;
}

/** XML of an office document is UTF-8 or UTF-16. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
