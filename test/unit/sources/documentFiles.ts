/** Word documents and PDF files as small as they can be. */
import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

const wordTypes =
  '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ' +
  'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>';

export async function zip(parts: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const file = new ZipFile();
  for (const [name, content] of Object.entries(parts)) file.addBuffer(Buffer.from(content), name);
  file.end();
  return buffer(file.outputStream);
}

/** @param body XML inside of the document's body */
export function docx(body: string, head = ''): Promise<Buffer> {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>${head}<w:document xmlns:w="w"><w:body>${body}</w:body></w:document>`;
  return zip({ '[Content_Types].xml': wordTypes, 'word/document.xml': xml });
}

export function paragraph(text: string): string {
  return `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

/** Says of an entry that it unpacks to so many bytes, whatever it does. */
export function lying(archive: Buffer, name: string, size: number): Buffer {
  const lie = Buffer.from(archive);
  // The last time that the name stands there is in the central directory, 46 bytes into its record.
  lie.writeUInt32LE(size, lie.lastIndexOf(name) - 46 + 24);
  return lie;
}

/** A piece of a page: where it stands, in points from the left and the bottom, and how large it is. */
export type Drawn = readonly [x: number, y: number, text: string, size?: number];

export interface PdfParts {
  /** The dictionary of the only font. */
  readonly font?: string;
  /** Further objects, after those of the pages. */
  readonly more?: readonly string[];
  /** Compressed, in place of the first page's content. */
  readonly content?: Buffer;
  /** How often the first page comes. */
  readonly repeat?: number;
  /** Of the trailer. */
  readonly trailer?: string;
}

const helvetica = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>';

export function pdf(
  pages: readonly (readonly Drawn[])[],
  { font = helvetica, content, more = [], repeat = 1, trailer = '' }: PdfParts = {},
): Buffer {
  const pageOf = (at: number): number => 4 + 2 * at;
  const kids = pages.flatMap((_, at) =>
    Array.from({ length: at === 0 ? repeat : 1 }, () => `${pageOf(at)} 0 R`),
  );
  const objects: Buffer[] = [
    Buffer.from('<</Type/Catalog/Pages 2 0 R>>'),
    Buffer.from(`<</Type/Pages/Kids[${kids.join(' ')}]/Count ${kids.length}/MediaBox[0 0 600 800]>>`),
    Buffer.from(font),
  ];
  for (const [at, drawn] of pages.entries()) {
    const page = `<</Type/Page/Parent 2 0 R/Resources<</Font<</F 3 0 R>>>>/Contents ${pageOf(at) + 1} 0 R>>`;
    const stream = (at === 0 ? content : undefined) ?? deflateSync(drawn.map(drawing).join('\n'));
    const length = `<</Filter/FlateDecode/Length ${stream.length}>>stream\n`;
    objects.push(Buffer.from(page), Buffer.concat([Buffer.from(length), stream, Buffer.from('\nendstream')]));
  }
  objects.push(...more.map((object) => Buffer.from(object)));
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n')];
  const offsets: number[] = [];
  for (const [at, object] of objects.entries()) {
    offsets.push(parts.reduce((sum, part) => sum + part.length, 0));
    parts.push(Buffer.from(`${at + 1} 0 obj\n`), object, Buffer.from('\nendobj\n'));
  }
  const xref = parts.reduce((sum, part) => sum + part.length, 0);
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const end = `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<</Size ${size}/Root 1 0 R${trailer}>>\nstartxref\n${xref}\n%%EOF`;
  return Buffer.concat([...parts, Buffer.from(end)]);
}

function drawing([x, y, text, size = 12]: Drawn): string {
  return `BT /F ${size} Tf 1 0 0 1 ${x} ${y} Tm (${text.replace(/[\\()]/g, '\\$&')}) Tj ET`;
}

/** Zlib's form of so many megabytes of zeros, without having them. */
export function zeros(megabytes: number): Buffer {
  const one = deflateRawSync(Buffer.alloc(2 ** 20), { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([Buffer.from([0x78, 0x9c]), ...Array.from({ length: megabytes }, () => one)]);
}
