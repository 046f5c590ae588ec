/** Where headings and code stand in Markdown. */
import MarkdownIt from 'markdown-it';

/** Lines `[from, to)` of the text, in their order. */
export interface MarkdownBlocks {
  /** Headings of the document itself, not those within quotes and lists. */
  readonly headings: (readonly [from: number, to: number])[];
  readonly code: (readonly [from: number, to: number])[];
}

/** @param start the first line that is Markdown */
export function markdownBlocks(lines: readonly string[], start: number): MarkdownBlocks {
  // Where lists and quotes are nested deeper, nothing after them is a heading.
  const markdown = new MarkdownIt('commonmark', { maxNesting: 100 });
  const tokens: ReturnType<typeof markdown.parse> = [];
  // What stands within a line does not matter, and takes most of the time.
  markdown.block.parse(lines.slice(start).join('\n'), markdown, {}, tokens);
  const where = (isMeant: (token: (typeof tokens)[number]) => boolean): [number, number][] =>
    tokens.flatMap((token) =>
      isMeant(token) && token.map ? [[token.map[0] + start, token.map[1] + start]] : [],
    );
  return {
    headings: where(({ type, level }) => type === 'heading_open' && level === 0),
    code: where(({ type }) => type === 'fence' || type === 'code_block'),
  };
}
