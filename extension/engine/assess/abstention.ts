/**
 * The lowest score from which answers are right as often as is asked for, told from calibrated scores of texts without labels: the
 * mean of the scores above it is what to expect (as in selective classification, Geifman & El-Yaniv 2017).
 * @param scores the highest probability of each text
 * @param precision share of the answers that shall be right, 0 to 1
 * @returns 1 when no score is enough: then nothing but certainty is answered
 */
export function thresholdFor(scores: readonly number[], precision: number): number {
  const sorted = scores.toSorted((a, b) => b - a);
  let sum = 0;
  let threshold = 1;
  for (const [i, score] of sorted.entries()) {
    sum += score;
    if (sum / (i + 1) < precision) break;
    threshold = score;
  }
  return threshold;
}
