/** What is in a document or a source file. Runs in a process of its own: see `readerProcess.ts`. */
import { readFile } from 'node:fs/promises';
import { plainMessage } from '../eachFile';
import type { Extraction, FileBytes, Question } from './format';

/** Of several answers the last one counts; those before say that it goes on. */
type Extract = (file: FileBytes) => Promise<Extraction> | AsyncIterable<Extraction>;

/** Each is loaded when its first file comes. */
const formats: { readonly [F in Question['format']]: () => Promise<Extract> } = {
  docx: async () => (await import('./docx')).docxText,
  pdf: async () => (await import('./pdf')).pdfText,
  comments: async () => (await import('./comments')).commentsOf,
};

export async function* extractJob({ format, path, realPath }: Question): AsyncGenerator<Extraction> {
  try {
    const extract = await formats[format]();
    const found = extract({ path, bytes: await readFile(realPath) });
    if (Symbol.asyncIterator in found) yield* found;
    else yield await found;
  } catch (error) {
    yield { reason: `it cannot be read (${plainMessage(error)})` };
  }
}
