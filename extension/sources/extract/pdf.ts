/** PDF: the text that its pages draw, through pdf.js. */
import { join } from 'node:path';
import type * as Pdfjs from 'pdfjs-dist';
import { maxTextLength, tooLong, type Extraction, type FileBytes } from './format';
import { pageText, type DrawnText } from './pdfPage';

/** Maps from the codes of fonts for Chinese, Japanese and Korean that a file need not bring. Beside the program. */
const characterMaps = join(__dirname, 'cmaps/');

/** A page's paragraphs, one blank line apart; then the next page's. Answers after each page, with the whole text at last. */
export async function* pdfText({ bytes }: FileBytes): AsyncGenerator<Extraction> {
  const pdfjs = await loadPdfjs();
  const task = pdfjs.getDocument({
    // It wants bytes of its own.
    data: new Uint8Array(bytes),
    cMapUrl: characterMaps,
    cMapPacked: true,
    // Nothing is drawn, so that no font, picture or program of the file is needed.
    disableFontFace: true,
    useSystemFonts: false,
    isEvalSupported: false,
    useWorkerFetch: false,
    useWasm: false,
    enableXfa: false,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  });
  try {
    const document = await task.promise;
    const pages: string[] = [];
    let length = 0;
    for (let number = 1; number <= document.numPages; number += 1) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      const drawn = items.filter((item): item is DrawnText & typeof item => 'str' in item);
      // A broken font may name no character at all.
      const text = pageText(drawn).replaceAll('\0', '').trim();
      page.cleanup();
      yield { texts: [] };
      if (text === '') continue;
      length += text.length;
      if (length > maxTextLength) {
        yield tooLong;
        return;
      }
      pages.push(text);
    }
    yield pages.length === 0
      ? { reason: 'it has no text (is it a scan?)' }
      : { texts: [{ text: pages.join('\n\n') }] };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'PasswordException') yield { reason: 'it is protected by a password' };
    else if (error.name === 'InvalidPDFException') yield { reason: 'it is no PDF, or a broken one' };
    else throw error;
  } finally {
    await task.destroy();
  }
}

/** pdf.js asks for a browser's classes when it is loaded, though only drawing uses them; its worker is this program. */
async function loadPdfjs(): Promise<typeof Pdfjs> {
  const scope: Record<string, unknown> = globalThis;
  for (const name of ['DOMMatrix', 'ImageData', 'Path2D']) scope[name] ??= class {};
  // No types; pdf.js looks for it there before it loads one by address.
  scope['pdfjsWorker'] ??= await import('pdfjs-dist/legacy/build/pdf.worker.mjs' as string);
  return import('pdfjs-dist/legacy/build/pdf.mjs');
}
