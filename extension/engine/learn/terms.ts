/** A text as the set of its terms: its tokens, and the pairs of tokens that follow each other. */
import type { Window } from '../encoders/tokenBatches';

/** A sparse matrix [texts, size], each row of length 1. */
export interface Terms {
  readonly size: number;
  readonly rows: readonly TermRow[];
}

export interface TermRow {
  readonly terms: Int32Array;
  /** Inverse document frequencies, over the row's length. */
  readonly weights: Float32Array;
}

/** Terms of fewer texts say nothing of others, and those of most texts nothing at all. */
const fewestTexts = 3;
const largestShare = 0.5;
/** Windows of a long text that are read: what it is about is said first. */
export const mostWindows = 2;

/** Whether a term is there counts, not how often: in texts of a few words that is the same, and in long ones it is more robust. */
export function termsOf(windowsOf: readonly (readonly Window[])[]): Terms {
  const keysOf = windowsOf.map((windows) => termKeys(windows.slice(0, mostWindows)));
  const counts = new Map<number, number>();
  for (const keys of keysOf) for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  const texts = windowsOf.length;
  const numbers = new Map<number, number>();
  const rarity: number[] = [];
  for (const [key, count] of counts) {
    if (count < fewestTexts || count > largestShare * texts) continue;
    numbers.set(key, rarity.length);
    rarity.push(Math.log((1 + texts) / (1 + count)) + 1);
  }
  const rows = keysOf.map((keys): TermRow => {
    const terms = Int32Array.from([...keys].flatMap((key) => numbers.get(key) ?? [])).sort();
    const weights = Float32Array.from(terms, (term) => rarity[term] as number);
    const length = Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0)) || 1;
    return { terms, weights: weights.map((w) => w / length) };
  });
  return { size: rarity.length, rows };
}

/** A number for each term of a text. The first and the last token of a window are the special ones. */
function termKeys(windows: readonly Window[]): Set<number> {
  const keys = new Set<number>();
  for (const window of windows) {
    for (let i = 1; i < window.length - 1; i++) {
      const token = window[i] as number;
      keys.add(token);
      if (i > 1) keys.add(((window[i - 1] as number) + 1) * tokenRange + token);
    }
  }
  return keys;
}

/** Above any token: vocabularies have at most some hundred thousand pieces. */
const tokenRange = 2 ** 24;
