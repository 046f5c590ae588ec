/** Word documents and PDF: a file is a text, as a text file is. */
import { extractor } from './extractor';
import { documentFormatOf, maxDocumentBytes } from './extract/format';
import { largerThan, type OpenFile } from './workspaceFile';

/**
 * The text of an open document.
 *
 * @returns why not, as a sentence part, when it has none; undefined for a file that is no document by its name
 * @throws CancelledError
 */
export async function documentText(
  path: string,
  file: OpenFile,
  signal?: AbortSignal,
): Promise<{ readonly text: string } | { readonly reason: string } | undefined> {
  const format = documentFormatOf(path);
  if (format === undefined) return undefined;
  if (file.size > maxDocumentBytes) return { reason: largerThan(maxDocumentBytes) };
  const found = await extractor.extract({ path, format, realPath: file.realPath }, signal);
  if ('reason' in found) return found;
  return found.texts[0] ?? { reason: 'it has no text' };
}
