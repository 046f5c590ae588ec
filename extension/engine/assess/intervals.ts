/** Between which figures the true one is. */
import type { Estimate } from '../../protocol/report';

/** Of every interval. */
export const level = 0.9;
/** The normal distribution's 95 % quantile: a twentieth is left out on either side. */
const z = 1.6449;

/** How far calibrated scores are from what is true, in the mean over texts: one standard deviation. */
const calibrationError = 0.05;

/** The score interval of a share of `count` texts (Wilson 1927): it holds for few texts and for shares near 0 and 1. */
export function shareInterval(share: number, count: number): Estimate {
  if (count === 0) return { value: share, low: 0, high: 1 };
  const spread = z ** 2 / count;
  const middle = (share + spread / 2) / (1 + spread);
  const half = (z / (1 + spread)) * Math.sqrt((share * (1 - share)) / count + spread / (4 * count));
  return {
    value: share,
    low: Math.min(share, Math.max(0, middle - half)),
    high: Math.max(share, Math.min(1, middle + half)),
  };
}

/**
 * A student's accuracy, from two sources. Held-out answers are of those who know fewer labels than the student and none of its
 * texts, so they lean low and are few; the student's mean score is of thousands of texts, and as wrong as its calibration. So the
 * score is a prior that counts for as many labels as leave its own error (a beta distribution of that deviation). It moves the
 * figure and never narrows the interval, which is as wide as the held-out labels alone allow. Where the sources disagree by more
 * than their errors explain, it is wider: by the variance of their mixture.
 * @param hits of `heldOut` labels
 * @param score mean calibrated score of the student's answers on texts without a label; undefined without such texts
 */
export function accuracyEstimate(hits: number, heldOut: number, score: number | undefined): Estimate {
  const own = hits / Math.max(1, heldOut);
  if (score === undefined) return shareInterval(own, heldOut);
  const strength = (score * (1 - score)) / calibrationError ** 2;
  const trust = strength / (heldOut + strength);
  const share = (1 - trust) * own + trust * score;
  const explained = (share * (1 - share)) / Math.max(1, heldOut) + calibrationError ** 2;
  const mixture = trust * (1 - trust) * Math.max(0, (own - score) ** 2 - explained);
  const { low, high } = shareInterval(share, heldOut);
  const wider = z * Math.sqrt(mixture);
  return {
    value: share,
    low: Math.max(0, share - Math.hypot(share - low, wider)),
    high: Math.min(1, share + Math.hypot(high - share, wider)),
  };
}

/** The part between the quantiles of repeated draws: a percentile interval (Efron 1979). @param draws of the figure, one or more */
export function percentileInterval(value: number, draws: readonly number[]): Estimate {
  const sorted = [...draws].sort((a, b) => a - b);
  const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))] as number;
  return { value, low: Math.min(value, at((1 - level) / 2)), high: Math.max(value, at((1 + level) / 2)) };
}
