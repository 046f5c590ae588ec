/** The one text that a file is, by its name: a page's visible words, a document's, an e-mail's, any other file as it stands. */
import { extname } from 'node:path';
import { decodeText } from './decodeText';
import { documentText } from './documents';
import { bytesOf, largerThan, type OpenFile } from './workspaceFile';

/** Larger files are set aside: they are data, not one text. */
export const maxFileBytes = 5 * 1024 * 1024;
/** E-mails carry attachments, which are no part of their text. */
export const maxMailBytes = 40 * 1024 * 1024;

/** A file's text, or why it has none: a sentence part. */
export type WholeText = { readonly text: string } | { readonly reason: string; readonly line?: number };

interface Format {
  readonly maxBytes: number;
  readonly textOf: (bytes: Uint8Array) => WholeText | Promise<WholeText>;
}

const page: Format = {
  maxBytes: maxFileBytes,
  textOf: async (bytes) => (await import('./formats')).pageText(bytes),
};
const mail: Format = {
  maxBytes: maxMailBytes,
  textOf: async (bytes) => (await import('./formats')).mailText(bytes),
};
const plain: Format = { maxBytes: maxFileBytes, textOf: decodeText };

const converted = new Map([
  ['.html', page],
  ['.htm', page],
  ['.xhtml', page],
  ['.eml', mail],
]);

/** Whether a file's text is another than what an editor shows of it. */
export function isConverted(path: string): boolean {
  return converted.has(extname(path).toLowerCase());
}

/** @param path says by its end what the file is */
export async function readWhole(path: string, file: OpenFile, signal?: AbortSignal): Promise<WholeText> {
  const document = await documentText(path, file, signal);
  if (document) return document;
  const { maxBytes, textOf } = converted.get(extname(path).toLowerCase()) ?? plain;
  if (file.size > maxBytes) return { reason: largerThan(maxBytes) };
  const whole = await textOf(await bytesOf(file));
  if ('reason' in whole) return whole;
  return whole.text.trim() === '' ? { reason: 'it is empty' } : { text: whole.text };
}
