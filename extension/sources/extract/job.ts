/** What is in a document or a source file. Runs in a process of its own: see `readerProcess.ts`. */
import { readFile } from 'node:fs/promises';
import { messageOf } from '../../protocol/appError';
import type { Extraction, FileBytes, Question } from './format';

const longestMessage = 200;

type Extract = (file: FileBytes) => Promise<Extraction>;

/** Each is loaded when its first file comes. */
const formats: { readonly [F in Question['format']]: () => Promise<Extract> } = {
  docx: async () => (await import('./docx')).docxText,
  pdf: async () => (await import('./pdf')).pdfText,
  comments: async () => (await import('./comments')).commentsOf,
};

export async function* extractJob({ format, path, realPath }: Question): AsyncGenerator<Extraction> {
  try {
    const extract = await formats[format]();
    yield await extract({ path, bytes: await readFile(realPath) });
  } catch (error) {
    // Of a library: long, and of several lines, when it quotes the file.
    const message = messageOf(error)
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .slice(0, longestMessage);
    yield { reason: `it cannot be read (${message})` };
  }
}
