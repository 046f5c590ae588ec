/** A file's text cut into smaller ones: its paragraphs, its lines, the sections of Markdown. */
import { extname } from 'node:path';

/** What is one text. */
export const units = ['file', 'paragraph', 'section', 'line'] as const;
export type Unit = (typeof units)[number];

/** A piece with its name, for people and as a place: 'paragraph 3'. */
export interface NamedPart {
  readonly part: string;
  /** Where it begins in the text, from 1. */
  readonly line: number;
  readonly text: string;
}

/** Lines `from` to `to`, the last one exclusive, from 0. */
type Lines = readonly [from: number, to: number];

/**
 * The texts that a text is made of, without blank ones. Lines have the number that an editor shows, the others are counted.
 *
 * @param path says by its end whether it is Markdown: its front matter is left out, its code stays in one piece
 */
export async function partsOf(path: string, text: string, unit: Exclude<Unit, 'file'>): Promise<NamedPart[]> {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  if (unit === 'line') {
    return lines.flatMap((line, at) =>
      line.trim() === '' ? [] : [{ part: `line ${at + 1}`, line: at + 1, text: line }],
    );
  }
  const isMarkdown = unit === 'section' || /^\.(md|markdown|mdx|qmd|rmd)$/i.test(extname(path));
  const start = isMarkdown ? afterFrontMatter(lines) : 0;
  const blocks = isMarkdown
    ? (await import('./formats')).markdownBlocks(lines, start)
    : { headings: [], code: [] };
  const ranges =
    unit === 'section' ? sections(lines, start, blocks.headings) : paragraphs(lines, start, blocks.code);
  return ranges.map(([from, to], at) => ({
    part: `${unit} ${at + 1}`,
    line: from + 1,
    text: lines.slice(from, to).join('\n').trim(),
  }));
}

/** From each heading to the next; what stands before the first is a section too. */
function sections(lines: readonly string[], start: number, headings: readonly Lines[]): Lines[] {
  const isBlank = (from: number, to: number): boolean =>
    lines.slice(from, to).every((line) => line.trim() === '');
  const found: Lines[] = [];
  let from = start;
  /** Where the text under the newest heading begins. */
  let body = start;
  for (const [at, end] of headings) {
    // A heading with nothing under it (a title above a chapter's) goes with the next one.
    if (!isBlank(body, at)) {
      found.push([from, at]);
      from = at;
    }
    body = end;
  }
  return isBlank(from, lines.length) ? found : [...found, [from, lines.length]];
}

/** Lines without a blank one between them; a blank line in code is none. */
function paragraphs(lines: readonly string[], start: number, code: readonly Lines[]): Lines[] {
  const kept = new Uint8Array(lines.length);
  for (const [from, to] of code) kept.fill(1, from, to);
  const found: Lines[] = [];
  let from: number | undefined;
  for (let at = start; at <= lines.length; at += 1) {
    const isText = at < lines.length && (kept[at] === 1 || lines[at]?.trim() !== '');
    if (isText) from ??= at;
    else if (from !== undefined) {
      found.push([from, at]);
      from = undefined;
    }
  }
  return found;
}

/** Number of lines that YAML (`---`) or TOML (`+++`) at the top take. */
function afterFrontMatter(lines: readonly string[]): number {
  const fence = lines[0]?.trimEnd();
  if (fence !== '---' && fence !== '+++') return 0;
  const end = lines.findIndex((line, at) => at > 0 && [fence, '...'].includes(line.trimEnd()));
  return end < 0 ? 0 : end + 1;
}
