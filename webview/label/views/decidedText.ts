import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { TextRange } from '../../../extension/protocol/engineApi';
import type { PanelText } from '../../../extension/protocol/labelPanelApi';

type Part = string | TemplateResult;

/** The text that is shown, in pieces: words that decided are marked, and the passage in which they stand. */
export function decidedText({ text, decided }: Pick<PanelText, 'text' | 'decided'>): Part | readonly Part[] {
  if (decided === undefined) return text;
  const { passage } = decided;
  // What is shown may be the beginning only.
  const words = decided.words.map((word) => clipped(word, 0, text.length));
  const marked = (from: number, to: number): Part[] =>
    pieces(words, from, to).map(({ start, end, isIn }) =>
      isIn ? html`<mark class="decided">${text.slice(start, end)}</mark>` : text.slice(start, end),
    );
  if (passage === undefined) return marked(0, text.length);
  return pieces([clipped(passage, 0, text.length)], 0, text.length).flatMap(({ start, end, isIn }) =>
    isIn ? [html`<mark class="passage">${marked(start, end)}</mark>`] : marked(start, end),
  );
}

/** A stretch of text, cut where ranges begin and end. @param ranges in order, none over another */
function pieces(
  ranges: readonly TextRange[],
  from: number,
  to: number,
): readonly (TextRange & { readonly isIn: boolean })[] {
  const result: (TextRange & { isIn: boolean })[] = [];
  let at = from;
  for (const range of ranges) {
    const { start, end } = clipped(range, at, to);
    if (start >= end) continue;
    if (at < start) result.push({ start: at, end: start, isIn: false });
    result.push({ start, end, isIn: true });
    at = end;
  }
  if (at < to) result.push({ start: at, end: to, isIn: false });
  return result;
}

function clipped({ start, end }: TextRange, from: number, to: number): TextRange {
  return { start: Math.max(start, from), end: Math.min(end, to) };
}
