/** The readers that hostile files are made for: one entry each, and whoever adds a reader adds one. */
import { parquetMetadata, type CompressionCodec } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Source } from '../../extension/sources/sources';
import { docx, paragraph, pdf, zeros, type Drawn } from '../unit/sources/documentFiles';
import type { Draw } from './mutations';

export interface Row {
  readonly text: string;
  readonly label?: string;
}

export interface HostileReader {
  /** As it is printed. */
  readonly name: string;
  /** Of its files, without the dot. */
  readonly extension: string;
  /** What reads one of them. */
  readonly source: (glob: string) => Source;
  /** A file that is as it should be. */
  readonly make: (rows: readonly Row[], draw: Draw) => Uint8Array | Promise<Uint8Array>;
  /** What such a file can say of a text; all of it without this. */
  readonly written?: (text: string) => string;
  /** What is damaged beside what is damaged in every file. */
  readonly structure: {
    readonly isText: boolean;
    /** Opens one level; a hundred thousand of it are deep nesting. */
    readonly nest?: string;
    /** Characters that the format gives a meaning. */
    readonly syntax?: string;
    /** Where sizes and counts stand: stretches of bytes that are overwritten. */
    readonly sizes?: (bytes: Uint8Array) => readonly (readonly [start: number, end: number])[];
    /** Files that unpack to very much more than they are. */
    readonly bombs?: readonly (() => Uint8Array | Promise<Uint8Array>)[];
  };
}

const columns = { text: 'body', label: 'kind' };

/** @param delimiter of the cells */
function csv(rows: readonly Row[], delimiter: string): Buffer {
  const cell = (text: string): string =>
    /["\n\r]/.test(text) || text.includes(delimiter) ? quoted(text) : text;
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const lines = rows.map(({ text, label = '' }, at) => [String(at), cell(text), cell(label)].join(delimiter));
  return Buffer.from([['id', 'body', 'kind'].join(delimiter), ...lines, ''].join('\n'));
}

function object({ text, label }: Row, at: number): object {
  return { id: at, body: text, kind: label, more: { tags: ['a', 'b'] } };
}

const codecs: readonly CompressionCodec[] = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI'];
const compressors = {
  GZIP: (bytes: Uint8Array): Uint8Array => gzipSync(bytes),
  BROTLI: (bytes: Uint8Array): Uint8Array => brotliCompressSync(bytes),
};

function parquet(rows: readonly Row[], codec: CompressionCodec = 'SNAPPY', rowGroupSize = 100): Buffer {
  const columnData = [
    { name: 'body', data: rows.map(({ text }) => text), type: 'STRING' as const },
    { name: 'kind', data: rows.map(({ label = '' }) => label), type: 'STRING' as const },
    { name: 'id', data: Int32Array.from(rows.keys()), encoding: 'DELTA_BINARY_PACKED' as const },
  ];
  return Buffer.from(parquetWriteBuffer({ columnData, codec, compressors, rowGroupSize }));
}

/** The footer's length, the footer, and each column's first page header. */
function parquetSizes(bytes: Uint8Array): [number, number][] {
  const { buffer, byteOffset, byteLength } = bytes;
  const metadata = parquetMetadata(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  const pages = metadata.row_groups.flatMap((group) =>
    group.columns.map(({ meta_data: c }) => c?.data_page_offset),
  );
  const end = bytes.length - 8;
  const headers = pages.map((at): [number, number] => [Number(at ?? 4), Number(at ?? 4) + 40]);
  return [[end, end + 4], [end - metadata.metadata_length, end], [4, 40], ...headers];
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const mail = ({ text, label = '' }: Row): string =>
  `Subject: ${label}\nContent-Type: text/plain; charset=utf-8\n\n${text}\n`;
const message = (row: Row): string =>
  `From a@example.com Tue Apr 27 19:42:22 2010\n${mail(row).replace(/^>*From /gm, '>$&')}\n`;

const linesOfPage = 40;
/** The fonts that every reader of PDF has know little more. */
const ascii = (text: string): string => text.replace(/[^ -~]+/g, '?');

function pagesOf(rows: readonly Row[]): Drawn[][] {
  return Array.from({ length: Math.ceil(rows.length / linesOfPage) }, (_, page) =>
    rows
      .slice(page * linesOfPage, (page + 1) * linesOfPage)
      .map(({ text }, at): Drawn => [50, 750 - 15 * at, ascii(text)]),
  );
}

export const hostileReaders: readonly HostileReader[] = [
  {
    name: 'plain files',
    extension: 'txt',
    source: (glob) => ({ kind: 'files', glob }),
    make: (rows) => Buffer.from(rows.map(({ text }) => text).join('\n\n')),
    structure: { isText: true },
  },
  {
    name: 'lines',
    extension: 'log',
    source: (glob) => ({ kind: 'files', glob, unit: 'line' }),
    make: (rows) => Buffer.from(rows.map(({ text }) => `${text}\n`).join('')),
    structure: { isText: true },
  },
  {
    name: 'sections of markdown',
    extension: 'md',
    source: (glob) => ({ kind: 'files', glob, unit: 'section' }),
    make: (rows) => Buffer.from(rows.map(({ text, label }) => `# ${label}\n\n${text}\n`).join('\n')),
    structure: { isText: true, nest: '> ', syntax: '#=->`~ \n' },
  },
  {
    name: 'pages',
    extension: 'html',
    source: (glob) => ({ kind: 'files', glob }),
    make: (rows) => Buffer.from(rows.map(({ text }) => `<pre>${escaped(text)}</pre>\n`).join('')),
    structure: { isText: true, nest: '<div>', syntax: '<>/!-&;="' },
  },
  {
    name: 'e-mails',
    extension: 'eml',
    source: (glob) => ({ kind: 'files', glob }),
    make: (rows) => Buffer.from(mail({ text: rows.map(({ text }) => text).join('\n\n') })),
    structure: { isText: true, nest: 'Content-Type: multipart/mixed; boundary=a\n\n--a\n', syntax: ':;=\n-' },
  },
  {
    name: 'mailboxes',
    extension: 'mbox',
    source: (glob) => ({ kind: 'files', glob }),
    make: (rows) => Buffer.from(rows.map(message).join('')),
    structure: { isText: true, nest: '\nFrom a 1:23 2000\n', syntax: ':>\nF' },
  },
  {
    name: 'csv',
    extension: 'csv',
    source: (glob) => ({ kind: 'csv', glob, ...columns }),
    make: (rows) => csv(rows, ','),
    structure: { isText: true, nest: '"', syntax: '""",;\n\r' },
  },
  {
    name: 'tsv',
    extension: 'tsv',
    source: (glob) => ({ kind: 'csv', glob, ...columns }),
    make: (rows) => csv(rows, '\t'),
    structure: { isText: true, nest: 'a\t', syntax: '""\t\t\n\r' },
  },
  {
    name: 'json',
    extension: 'json',
    source: (glob) => ({ kind: 'json', glob, ...columns }),
    make: (rows) => Buffer.from(JSON.stringify(rows.map(object))),
    structure: { isText: true, nest: '{"body":[', syntax: '{}[]",:\\' },
  },
  {
    name: 'json lines',
    extension: 'jsonl',
    source: (glob) => ({ kind: 'json', glob, ...columns }),
    make: (rows) => Buffer.from(rows.map((row, at) => `${JSON.stringify(object(row, at))}\n`).join('')),
    structure: { isText: true, nest: '{"body":[', syntax: '{}[]",:\\\n' },
  },
  {
    name: 'comments',
    extension: 'ts',
    source: (glob) => ({ kind: 'comments', glob }),
    make: (rows) => Buffer.from(rows.map(({ text }, at) => `/* ${text} */\nconst a${at} = "/*";\n`).join('')),
    structure: { isText: true, nest: '`${', syntax: '/*"\'`\\\n{}' },
  },
  {
    name: 'word documents',
    extension: 'docx',
    source: (glob) => ({ kind: 'files', glob }),
    make: (rows) => docx(rows.map(({ text }) => paragraph(escaped(text))).join('')),
    structure: { isText: false, bombs: [() => docx(paragraph('a'.repeat(100_000_000)))] },
  },
  {
    name: 'pdf',
    extension: 'pdf',
    source: (glob) => ({ kind: 'files', glob }),
    make: (rows) => pdf(pagesOf(rows)),
    written: ascii,
    structure: { isText: false, bombs: [() => pdf([[]], { content: zeros(2000) })] },
  },
  {
    name: 'parquet',
    extension: 'parquet',
    source: (glob) => ({ kind: 'parquet', glob, ...columns }),
    make: (rows, draw) => parquet(rows, codecs[Math.floor(draw() * codecs.length)]),
    structure: {
      isText: false,
      sizes: parquetSizes,
      bombs: [
        // One text of 100 kB, named two hundred thousand times; and a hundred texts of a million spaces.
        () => parquet(Array<Row>(200_000).fill({ text: 'x'.repeat(100_000) }), 'SNAPPY', 200_000),
        () => parquet(Array<Row>(100).fill({ text: ' '.repeat(1_000_000) }), 'GZIP'),
      ],
    },
  },
];
