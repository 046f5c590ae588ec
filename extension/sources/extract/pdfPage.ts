/** Pieces of drawn text to paragraphs: a PDF says where words stand, not what belongs together. */

/** As pdf.js gives it: in the order of drawing, with a mark where a line ends. */
export interface DrawnText {
  readonly str: string;
  /** Its last two numbers are where the text begins, in points from the left and the bottom of the page. */
  readonly transform: readonly number[];
  /** Points. */
  readonly width: number;
  readonly height: number;
  readonly hasEOL: boolean;
}

interface Line {
  text: string;
  left: number;
  right: number;
  /** Of the baseline; larger is higher. */
  y: number;
  size: number;
}

/** Lines are so much farther apart than usual where a paragraph ends. */
const gap = 1.3;
/** Sizes that differ more are a heading and its text. */
const otherSize = 1.15;

/** Paragraphs one blank line apart; lines that only the margin has broken are joined. */
export function pageText(items: readonly DrawnText[]): string {
  return blocksOf(linesOf(items)).map(blockText).join('\n\n');
}

function linesOf(items: readonly DrawnText[]): Line[] {
  const lines: Line[] = [];
  let line: Line | undefined;
  for (const { str, transform, width, height, hasEOL } of items) {
    const [left = 0, y = 0] = transform.slice(4);
    if (line) {
      line.text += str;
      line.right = Math.max(line.right, left + width);
      if (str.trim() !== '') line.size = Math.max(line.size, height);
    } else if (str.trim() !== '') {
      line = { text: str, left, right: left + width, y, size: height };
      lines.push(line);
    }
    if (hasEOL) line = undefined;
  }
  return lines;
}

/** Splits where the distance or the size changes, or where the lines go up again: another column. */
function blocksOf(lines: readonly Line[]): Line[][] {
  const steps = lines.slice(1).map((line, at) => (lines[at]?.y ?? 0) - line.y);
  const usual = median(steps.filter((step, at) => step > 0 && step < 3 * (lines[at]?.size ?? 0)));
  const blocks: Line[][] = [];
  let before: Line | undefined;
  for (const line of lines) {
    const step = before ? before.y - line.y : 0;
    const goesOn =
      before !== undefined &&
      step >= 0 &&
      step <= gap * usual &&
      Math.max(line.size, before.size) <= otherSize * Math.min(line.size, before.size);
    if (goesOn) blocks.at(-1)?.push(line);
    else blocks.push([line]);
    before = line;
  }
  return blocks;
}

/** A line that had room for the next one's first word was ended by its author. */
function blockText(block: readonly Line[]): string {
  const right = block.reduce((most, line) => Math.max(most, line.right), -Infinity);
  let text = '';
  let before: Line | undefined;
  for (const line of block) {
    const words = line.text.trim();
    if (before) {
      const first = words.split(/\s/, 1)[0] ?? '';
      const needed = ((line.right - line.left) * first.length) / words.length + before.size / 4;
      if (right - before.right > needed) text += `\n${words}`;
      else text = joined(text, words);
    } else text = words;
    before = line;
  }
  return text;
}

/** A hyphen at the end of a line before a small letter is one of the line, not of the word. */
function joined(text: string, words: string): string {
  if (text.endsWith('\u00ad')) return text.slice(0, -1) + words;
  if (/\p{L}[-\u2010]$/u.test(text) && /^\p{Ll}/u.test(words)) return text.slice(0, -1) + words;
  const isDense = /[\u3040-\u30ff\u3400-\u9fff]$/.test(text);
  return isDense ? text + words : `${text} ${words}`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
