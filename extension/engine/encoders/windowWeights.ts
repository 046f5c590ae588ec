/** What the windows of one text count beside each other. */
import type { Window } from './tokenBatches';

/**
 * The weights of a text's windows, in their order, together 1: the k-th, from 1, in proportion to 1 / k². Long texts mostly say first
 * what they are about: titles, subjects, leads (reading the head alone is nearly as good as reading all: Sun et al. 2019, "How to
 * Fine-Tune BERT for Text Classification"). What comes later still counts where the beginning says nothing.
 */
export function windowWeights(count: number): number[] {
  const shares = Array.from({ length: count }, (_, i) => 1 / (i + 1) ** 2);
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => share / sum);
}

/** A window of one of several texts, and what it counts in that text. */
export interface WeightedWindow {
  /** Number of the text. */
  readonly text: number;
  readonly window: Window;
  readonly weight: number;
}

/** The windows of text `text`, each with its weight. */
export function weightedWindows(windows: readonly Window[], text: number): WeightedWindow[] {
  const weights = windowWeights(windows.length);
  return windows.map((window, i) => ({ text, window, weight: weights[i] as number }));
}

/** One of `count` windows, as often as it counts. @param uniform a random number in [0, 1) */
export function drawnWindow(count: number, uniform: number): number {
  let left = uniform;
  const at = windowWeights(count).findIndex((weight) => (left -= weight) < 0);
  return at < 0 ? Math.max(0, count - 1) : at;
}
