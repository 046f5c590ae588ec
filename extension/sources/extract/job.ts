/** What is in a document or a source file. Runs in a process of its own: see `readerProcess.ts`. */
import { readFile } from 'node:fs/promises';
import { plainMessage } from '../eachFile';
import type { Extraction, FileBytes, Question } from './format';

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
    yield { reason: `it cannot be read (${plainMessage(error)})` };
  }
}
