/** Where the records of a CSV file begin and end, so that one that is broken does not take the others with it. */
import { maxRowLength } from './columns';
import type { TextLine } from './textLines';

/** The text of one record, which may have several lines, or why there is none. */
export type CsvRecordText =
  { readonly line: number; readonly text: string } | { readonly line: number; readonly reason: string };

/** A line, and how many characters stand before it. */
type PlacedLine = TextLine & { readonly at: number };

/** So far is looked for the end of a quoted cell. Characters. */
const farthest = 8 * maxRowLength;
/** What a line costs beside its characters. */
const lineCost = 32;

const unclosed = 'a quote is opened here and not closed; write it twice where it is meant as a character';

/**
 * A record that has no end, or whose quotes contradict each other, is told at its first line, and the next line is taken for a
 * new record. No line is looked at more than a few times: how far a search came without an end is true of every
 * search that begins on its way.
 *
 * @param delimiter one character
 */
export async function* csvRecordTexts(
  lines: AsyncIterable<TextLine>,
  delimiter: string,
): AsyncGenerator<CsvRecordText> {
  const ahead = new LinesAhead(lines);
  /** Searches from before this line come as far without an end; or nowhere, when there is none at all. */
  let known = { until: 0, isHopeless: false };
  for (let start = await ahead.get(0); start !== undefined; start = await ahead.get(0)) {
    const { line, text, at } = start;
    let count = 1;
    let state: LineEnd = text === undefined ? 'ended' : lineEnd(text, false, delimiter);
    if (state === 'quoted' && line < known.until) {
      if (known.isHopeless) state = 'broken';
      else count = known.until - line;
    }
    while (state === 'quoted') {
      const next = await ahead.get(count);
      const isTooFar = next !== undefined && next.at - at > farthest;
      if (next?.text === undefined || isTooFar) state = 'broken';
      else state = lineEnd(next.text, true, delimiter);
      if (state === 'broken') known = { until: line + count, isHopeless: !isTooFar };
      else count += 1;
    }
    if (state === 'broken') {
      yield { line, reason: unclosed };
      ahead.drop(1);
      continue;
    }
    const whole = text === '' ? '' : ahead.join(count);
    ahead.drop(count);
    if (whole === undefined) yield { line, reason: 'it is longer than two million characters' };
    else if (whole !== '') yield { line, text: whole };
  }
}

/** How a line ends: a record with it, within a quoted cell, or it contradicts itself. */
type LineEnd = 'ended' | 'quoted' | 'broken';

/** @param isQuoted whether the line begins within a quoted cell */
function lineEnd(text: string, isQuoted: boolean, delimiter: string): LineEnd {
  let at = 0;
  let isCarried = isQuoted;
  let isOpen = isQuoted;
  if (!isOpen && text.startsWith('"')) {
    isOpen = true;
    at = 1;
  }
  for (;;) {
    if (isOpen) {
      at = text.indexOf('"', at);
      if (at < 0) return 'quoted';
      if (text[at + 1] === '"') {
        at += 2;
        continue;
      }
      at += 1;
      // Within one line a quote in the middle is what somebody wrote; over lines it may as well be the next cell's.
      if (isCarried && at < text.length && text[at] !== delimiter) return 'broken';
      isOpen = false;
      isCarried = false;
    }
    at = text.indexOf(delimiter, at) + 1;
    if (at === 0) return 'ended';
    if (text[at] === '"') {
      isOpen = true;
      at += 1;
    }
  }
}

/** Lines that were read and may be needed once more. */
class LinesAhead {
  private readonly source: AsyncIterator<TextLine>;
  private lines: PlacedLine[] = [];
  private dropped = 0;
  private length = 0;

  constructor(lines: AsyncIterable<TextLine>) {
    this.source = lines[Symbol.asyncIterator]();
  }

  /** @param index 0 is the first line that was not dropped */
  async get(index: number): Promise<PlacedLine | undefined> {
    while (this.lines.length <= this.dropped + index) {
      const next = await this.source.next();
      if (next.done) return undefined;
      this.lines.push({ ...next.value, at: this.length });
      this.length += (next.value.text?.length ?? 0) + lineCost;
    }
    return this.lines[this.dropped + index];
  }

  /** The first lines with what stands between them; undefined when they are longer than a record may be. */
  join(count: number): string | undefined {
    const lines = this.lines.slice(this.dropped, this.dropped + count);
    if (lines.reduce((sum, { text }) => sum + (text?.length ?? Infinity), 0) > 2 * maxRowLength)
      return undefined;
    return lines.map(({ text, end }, at) => `${text}${at < count - 1 ? end : ''}`).join('');
  }

  drop(count: number): void {
    this.dropped += count;
    if (this.dropped < 1024 || 2 * this.dropped < this.lines.length) return;
    this.lines = this.lines.slice(this.dropped);
    this.dropped = 0;
  }
}
