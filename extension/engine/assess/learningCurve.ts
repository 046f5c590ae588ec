/** How accuracy grows with labels: an inverse power law (Figueroa et al. 2012), a - b n^-c. */

export interface CurvePoint {
  /** Labels that were learned from. */
  readonly labels: number;
  readonly accuracy: number;
}

export interface PowerLaw {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** What is tried for c; smaller ones grow without end, larger ones are over at once. */
const exponents = Array.from({ length: 19 }, (_, i) => 0.2 + 0.1 * i);

/**
 * The curve of least squares that rises and stays below 1. A point counts as many times as it has labels: the more were
 * learned from, the less chance there is in it.
 * @param points two or more, of different numbers of labels
 */
export function fitPowerLaw(points: readonly CurvePoint[]): PowerLaw {
  let best = { a: 0, b: 0, c: 1, error: Infinity };
  for (const c of exponents) {
    const x = points.map(({ labels }) => labels ** -c);
    const weights = points.map(({ labels }) => labels);
    const line = risingLine(
      x,
      points.map(({ accuracy }) => accuracy),
      weights,
    );
    const error = points.reduce((sum, { accuracy, labels }, i) => {
      return sum + labels * (accuracy - line.a + line.b * (x[i] as number)) ** 2;
    }, 0);
    if (error < best.error) best = { ...line, c, error };
  }
  return best;
}

export function accuracyAt({ a, b, c }: PowerLaw, labels: number): number {
  return a - b * labels ** -c;
}

/** y = a - b x by weighted least squares, with b of at least 0 and a of at most 1. */
function risingLine(
  x: readonly number[],
  y: readonly number[],
  weights: readonly number[],
): { a: number; b: number } {
  const all = weights.reduce((sum, w) => sum + w, 0);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, v, i) => sum + v * (weights[i] as number), 0) / all;
  const [mx, my] = [mean(x), mean(y)];
  const covariance = mean(x.map((v, i) => (v - mx) * ((y[i] as number) - my)));
  const variance = mean(x.map((v) => (v - mx) ** 2));
  const b = variance === 0 ? 0 : Math.max(0, -covariance / variance);
  const a = my + b * mx;
  if (a <= 1) return { a, b };
  // Through 1 at its end, the slope that is left to choose.
  const squares = mean(x.map((v) => v * v));
  return { a: 1, b: Math.max(0, mean(x.map((v, i) => v * (1 - (y[i] as number)))) / squares) };
}
