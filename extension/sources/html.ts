/** What a person sees of an HTML page, as plain text. */
import { Parser } from 'htmlparser2';
import { decodeText } from './decodeText';
import { decoderOf } from './encoding';
import type { WholeText } from './wholeFile';

/** Browsers stop here too. */
const deepest = 512;
/** A page says its encoding within so many bytes (HTML standard, "prescan"). */
const headBytes = 1024;

/** Never shown, or no text. */
const unseen = words('script style template noscript title svg canvas audio video iframe object datalist');
/** Apart from what is before and after them, by an empty line. */
const blocks = words(
  'address article aside blockquote body details dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr main nav ' +
    'ol p pre section table ul',
);
/** On lines of their own. */
const lines = words('br caption dd div dt figcaption legend li option summary tr');
const cells = words('td th');

/** A page's bytes as text. */
export async function pageText(bytes: Uint8Array): Promise<WholeText> {
  const html = await decodePage(bytes);
  if ('reason' in html) return html;
  const seen = visibleText(html.text);
  return 'text' in seen && seen.text === '' ? { reason: 'it has no visible text' } : seen;
}

/** The visible text of HTML; '' when there is none. Time and memory grow with its length alone. */
export function visibleText(html: string): WholeText {
  const page = new Layout();
  let depth = 0;
  /** Depth of the outermost element that is not shown. */
  let hiddenAt: number | undefined;
  let inPre = 0;
  const parser = new Parser({
    onopentag(name, attributes) {
      depth += 1;
      if (depth > deepest) throw new TooDeep();
      if (hiddenAt === undefined && (unseen.has(name) || isHidden(attributes))) hiddenAt = depth;
      if (hiddenAt !== undefined) return;
      page.edge(name);
      if (name === 'pre') inPre += 1;
    },
    onclosetag(name) {
      if (hiddenAt === undefined) {
        if (name !== 'br') page.edge(name);
        if (name === 'pre') inPre -= 1;
      } else if (hiddenAt === depth) hiddenAt = undefined;
      depth -= 1;
    },
    ontext(text) {
      if (hiddenAt !== undefined) return;
      if (inPre > 0) page.keep(text);
      else page.say(text);
    },
  });
  try {
    parser.end(html);
  } catch (error) {
    if (error instanceof TooDeep) return { reason: `its elements are nested more than ${deepest} deep` };
    throw error;
  }
  return { text: page.whole() };
}

class TooDeep extends Error {}

/** Puts words and the breaks between them together. */
class Layout {
  private text = '';
  private breaks = 0;
  private space = false;

  edge(name: string): void {
    if (blocks.has(name)) this.breaks = 2;
    else if (name === 'br') this.breaks = Math.min(2, this.breaks + 1);
    else if (lines.has(name)) this.breaks = Math.max(1, this.breaks);
    else if (cells.has(name)) this.space = true;
  }

  /** Blanks of any length are one. */
  say(text: string): void {
    const plain = text.replace(/\s+/g, ' ');
    this.space ||= plain.startsWith(' ');
    if (plain === '' || plain === ' ') return;
    this.keep(plain.trim());
    this.space = plain.endsWith(' ');
  }

  /** As it stands. */
  keep(text: string): void {
    if (text === '') return;
    if (this.text !== '') this.text += '\n'.repeat(this.breaks) || (this.space ? ' ' : '');
    this.text += text;
    this.breaks = 0;
    this.space = false;
  }

  whole(): string {
    return this.text
      .replace(/\r\n?/g, '\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
  }
}

function isHidden({ hidden, style = '' }: Record<string, string>): boolean {
  return hidden !== undefined || /display\s*:\s*none/i.test(style);
}

/**
 * What the bytes say themselves (a BOM, or that they can only be Unicode) goes before what the page says of them: pages
 * are saved anew in other encodings than they name.
 */
async function decodePage(bytes: Uint8Array): Promise<WholeText> {
  const decoded = await decodeText(bytes);
  if ('reason' in decoded) return decoded;
  const head = Buffer.from(bytes.subarray(0, headBytes)).toString('latin1');
  const named = /<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*["']?\s*([\w.:-]+)/i.exec(
    head,
  )?.[1];
  // ISO-2022-JP is written in ASCII alone.
  if (named === undefined || (decoded.encoding.startsWith('utf-') && !/^iso-2022-jp$/i.test(named)))
    return decoded;
  try {
    return { text: decoderOf(named).decode(bytes) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // no encoding has this name
    return decoded;
  }
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
