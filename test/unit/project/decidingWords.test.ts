import { describe, expect, it } from 'vitest';
import { decidedBy } from '../../../extension/project/decidingWords';
import type { Explanation } from '../../../extension/protocol/engineApi';

const text = 'the export button does nothing at all';

/** An explanation of `text` in which these words have these weights. */
function explained(weights: Readonly<Record<string, number>>, windows = 1): Explanation {
  const words = Object.entries(weights).map(([word, weight]) => {
    const start = text.indexOf(word);
    return { start, end: start + word.length, weight };
  });
  return {
    label: 'bug',
    score: 0.9,
    words,
    windows: Array.from({ length: windows }, (_, w) => ({ start: w * 10, end: w * 10 + 10, score: 0.5 })),
    decisive: windows - 1,
  };
}

const markedIn = (explanation: Explanation): string[] =>
  decidedBy(explanation, text).words.map(({ start, end }) => text.slice(start, end));

describe('decidedBy', () => {
  it('marks the words that make up half of what speaks for the label, in the order of the text', () => {
    expect(markedIn(explained({ export: 0.3, button: 0.1, nothing: 0.4, all: 0.2 }))).toEqual([
      'export',
      'nothing',
    ]);
  });

  it('marks neighbours as one', () => {
    expect(markedIn(explained({ does: 0.5, nothing: 0.5, at: 0.4, all: 0.3 }))).toEqual(['does nothing']);
  });

  it('marks nothing that speaks against the label', () => {
    expect(markedIn(explained({ export: -3, button: -0.1 }))).toEqual([]);
    expect(markedIn(explained({ export: -3, button: 0.1 }))).toEqual(['button']);
  });

  it('marks a dozen words at most where all weigh alike', () => {
    const letters = 'a b c d e f g h i j k l m n o p q r s t u v w x y z'.repeat(2);
    const words = [...letters.matchAll(/\w/g)].map(({ index }) => ({
      start: index,
      end: index + 1,
      weight: 1,
    }));
    const alike = { ...explained({}), words };
    const { words: marked } = decidedBy(alike, letters);
    expect(marked.reduce((sum, { start, end }) => sum + letters.slice(start, end).split(' ').length, 0)).toBe(
      12,
    );
  });

  it('names the passage of a text that was read in several windows', () => {
    expect(decidedBy(explained({ all: 1 }), text).passage).toBeUndefined();
    expect(decidedBy(explained({ all: 1 }, 3), text).passage).toEqual({ start: 20, end: 30 });
  });
});
