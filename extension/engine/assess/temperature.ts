import { logSoftmaxRows, negativeLogLikelihood, type Scores } from './metrics';

/**
 * Temperature scaling (Guo et al. 2017, section 4.2): the one number T for which softmax(logits / T) fits the
 * held-out labels best. With few labels the fit would be chance, so log T has a normal prior around
 * log `prior` that counts as much as `strength` labels.
 */
export function fitTemperature(
  logits: Scores,
  truth: readonly number[],
  { prior = 1, strength = 10 }: { prior?: number; strength?: number } = {},
): number {
  const cost = (logT: number): number =>
    negativeLogLikelihood(logits, truth, Math.exp(logT)) * truth.length +
    strength * (logT - Math.log(prior)) ** 2;
  return Math.exp(minimise(cost, Math.log(0.05), Math.log(20)));
}

/** The temperature for which softmax(logits / T) is nearest to these probabilities, by cross-entropy. */
export function fitTemperatureTo(logits: Scores, probabilities: Scores): number {
  const cost = (logT: number): number => {
    const logs = logSoftmaxRows({ ...logits, data: logits.data.map((logit) => logit / Math.exp(logT)) });
    return logs.data.reduce((sum, log, i) => sum - log * (probabilities.data[i] ?? 0), 0);
  };
  return Math.exp(minimise(cost, Math.log(0.05), Math.log(20)));
}

/** Golden-section search: the place of the least value of a function with one valley. */
function minimise(cost: (x: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  let [c, d] = [b - ratio * (b - a), a + ratio * (b - a)];
  let [atC, atD] = [cost(c), cost(d)];
  while (b - a > 1e-4) {
    if (atC < atD) {
      [b, d, atD] = [d, c, atC];
      c = b - ratio * (b - a);
      atC = cost(c);
    } else {
      [a, c, atC] = [c, d, atD];
      d = a + ratio * (b - a);
      atD = cost(d);
    }
  }
  return (a + b) / 2;
}
