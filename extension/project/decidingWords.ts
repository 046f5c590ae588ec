/** What a person is shown of an explanation: the few words that decided, and of a long text the passage that did. */
import type { Explanation, TextRange } from '../protocol/engineApi';

export interface Decided {
  /** In the order of the text. */
  readonly words: readonly TextRange[];
  /** Of a text that was read in several windows, the one that speaks most for the label. */
  readonly passage?: TextRange;
}

/** Of all that speaks for the label, the words are marked that make up this share... */
const markedShare = 0.5;
/** ...or these many, where more words have little weight each. */
const mostMarked = 12;

/** @param text the text that was explained: words with nothing but space between them are marked as one */
export function decidedBy({ words, windows, decisive }: Explanation, text: string): Decided {
  const speaking = words.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
  const all = speaking.reduce((sum, { weight }) => sum + weight, 0);
  const marked: TextRange[] = [];
  let sum = 0;
  for (const { start, end, weight } of speaking.slice(0, mostMarked)) {
    if (sum >= markedShare * all) break;
    marked.push({ start, end });
    sum += weight;
  }
  const { start, end } = windows[decisive] ?? { start: 0, end: 0 };
  return {
    words: joined(
      marked.sort((a, b) => a.start - b.start),
      text,
    ),
    ...(windows.length > 1 && { passage: { start, end } }),
  };
}

function joined(ranges: readonly TextRange[], text: string): TextRange[] {
  const result: TextRange[] = [];
  for (const range of ranges) {
    const last = result.at(-1);
    const follows = last !== undefined && text.slice(last.end, range.start).trim() === '';
    if (follows) result[result.length - 1] = { start: last.start, end: range.end };
    else result.push(range);
  }
  return result;
}
