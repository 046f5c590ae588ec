import type { Scores } from '../assess/metrics';
import { sharpen } from './spreading';

/** Divergence of the shares, in nats, at which they are drawn to the expected ones by 1/e of the way. */
const usualError = 0.05;
const rounds = 20;

/**
 * Draws the classes' shares in a set of soft labels to the shares that are expected: distribution alignment
 * (Berthelot et al. 2020, ReMixMatch, section 3.1), with a limit. A small difference is taken for an error of who
 * labelled, a large one for what the texts are: the pull fades as exp(-KL / usualError).
 * @param labels [texts, classes]; rows sum to one
 * @param expected share of each class, above 0
 * @param strength 0 (no pull) to 1
 * @returns [texts, classes]; rows sum to one
 */
export function alignShares(labels: Scores, expected: readonly number[], strength: number): Scores {
  if (strength === 0) return labels;
  const found = sharesOf(labels);
  const divergence = found.reduce((a, share, c) => a + share * Math.log(share / (expected[c] as number)), 0);
  const pull = strength * Math.exp(-divergence / usualError);
  return withShares(
    labels,
    found.map((share, c) => share ** (1 - pull) * (expected[c] as number) ** pull),
  );
}

/** Weighs the classes so that each has its share, as far as rows allow. @param wanted above 0, of any sum */
export function withShares(labels: Scores, wanted: readonly number[]): Scores {
  const total = wanted.reduce((a, b) => a + b, 0);
  const weights = new Array<number>(labels.classes).fill(1);
  let aligned = labels;
  for (let round = 0; round < rounds; round++) {
    const shares = sharesOf(aligned);
    wanted.forEach(
      (share, c) => (weights[c] = ((weights[c] as number) * share) / total / (shares[c] as number)),
    );
    aligned = weighted(labels, weights);
  }
  return aligned;
}

/** Mean of each class over the rows; never 0. */
export function sharesOf({ classes, data }: Scores): number[] {
  const sums = new Array<number>(classes).fill(1e-9);
  data.forEach((value, i) => (sums[i % classes] = (sums[i % classes] as number) + value));
  const total = sums.reduce((a, b) => a + b, 0);
  return sums.map((sum) => sum / total);
}

/** Columns times their weights, rows normalised again. */
function weighted({ classes, data }: Scores, weights: readonly number[]): Scores {
  return sharpen({ classes, data: data.map((value, i) => value * (weights[i % classes] as number)) }, 1);
}
