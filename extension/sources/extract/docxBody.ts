/** The text of WordprocessingML, as its XML comes by. */
import { Parser } from 'htmlparser2';
import { maxTextLength } from './format';

/**
 * Elements whose content is no text of the document: what was deleted or moved away, properties (which have tabs and
 * breaks of their own), codes of fields, and the second version of a drawing for older programs.
 */
const unread = new Set(['del', 'moveFrom', 'pPr', 'rPr', 'tblPr', 'sectPr', 'instrText', 'Fallback']);
/** Text boxes nest a little, tables a little more; only a crafted file goes deeper. */
const deepest = 1000;

/**
 * Entities other than XML's five are not resolved, whatever the document defines.
 *
 * @throws Error when elements nest too deeply
 */
export class BodyText {
  private readonly blocks: string[] = [];
  /** Text of the paragraphs that are open: a text box is in one. */
  private readonly open: string[] = [];
  private row = '';
  private table = '';
  private tables = 0;
  private depth = 0;
  /** Depth of the element whose content is not read. */
  private skipped: number | undefined;
  private isText = false;
  private length = 0;
  private readonly parser = new Parser(
    {
      onopentagname: (name) => this.begin(localName(name)),
      ontext: (text) => this.isText && this.add(text),
      onclosetag: (name) => this.finish(localName(name)),
    },
    { xmlMode: true },
  );

  get isTooLong(): boolean {
    return this.length > maxTextLength;
  }

  /** @returns false when the text is too long */
  read(xml: string): boolean {
    this.parser.write(xml);
    return !this.isTooLong;
  }

  end(): string {
    this.parser.end();
    return this.blocks.join('\n\n');
  }

  private begin(name: string): void {
    this.depth += 1;
    if (this.depth > deepest) throw new Error('its elements nest too deeply');
    if (this.skipped !== undefined) return;
    if (unread.has(name)) this.skipped = this.depth;
    else if (name === 't') this.isText = true;
    else if (name === 'p') this.open.push('');
    else if (name === 'tbl') this.tables += 1;
    else if (name === 'tab' || name === 'ptab') this.add('\t');
    else if (name === 'br' || name === 'cr') this.add('\n');
    else if (name === 'noBreakHyphen') this.add('-');
  }

  private finish(name: string): void {
    this.depth -= 1;
    if (this.skipped !== undefined) {
      if (this.depth < this.skipped) this.skipped = undefined;
      return;
    }
    if (name === 't') this.isText = false;
    else if (name === 'p') this.paragraph(this.open.pop() ?? '');
    else if (name === 'tc' && this.tables === 1) this.row = `${this.row.replace(/ $/, '')}\t`;
    else if (name === 'tr' && this.tables === 1) {
      this.table += `${this.row.trim()}\n`;
      this.row = '';
    } else if (name === 'tbl') {
      this.tables -= 1;
      if (this.tables > 0) return;
      this.block(this.table);
      this.table = '';
    }
  }

  /** Of a cell, paragraphs and lines become words of the row. */
  private paragraph(text: string): void {
    if (this.tables === 0) this.block(text);
    else this.row += `${text.replace(/\s+/g, ' ').trim()} `;
  }

  private block(text: string): void {
    const trimmed = text.trim();
    if (trimmed !== '') this.blocks.push(trimmed);
  }

  private add(text: string): void {
    const last = this.open.length - 1;
    if (last < 0) return;
    this.open[last] += text;
    this.length += text.length;
  }
}

/** Programs may choose any prefix, though all choose 'w'. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
