/** Arithmetic of the reference, in double precision. */

export type Matrix = readonly (readonly number[])[];

/** Softmax of scaled scores, head by head. @param scoreBias added to a score, -Infinity where a key is not seen */
export function attend(
  q: Matrix,
  k: Matrix,
  v: Matrix,
  heads: number,
  scoreBias: (head: number, query: number, key: number) => number,
): Matrix {
  const hidden = at(q, 0).length;
  const size = hidden / heads;
  return q.map((query, i) =>
    range(heads).flatMap((head) => {
      const own = (row: readonly number[]): readonly number[] => row.slice(head * size, (head + 1) * size);
      const scores = k.map((key, j) => dot(own(query), own(key)) / Math.sqrt(size) + scoreBias(head, i, j));
      const largest = Math.max(...scores);
      const powers = scores.map((s) => Math.exp(s - largest));
      const total = sum(powers);
      return range(size).map((c) => sum(powers.map((p, j) => (p / total) * at(own(at(v, j)), c))));
    }),
  );
}

export function gelu(x: number): number {
  return (x / 2) * (1 + erf(x / Math.SQRT2));
}

/** Abramowitz and Stegun 7.1.6: a series without cancellation. */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let total = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

export function plus(a: Matrix, b: Matrix): Matrix {
  return a.map((row, i) => row.map((v, j) => v + at(at(b, i), j)));
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return sum(a.map((v, i) => v * at(b, i)));
}

export function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

export function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

export function at<T>(values: readonly T[], index: number): T {
  return given(values[index]);
}

export function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The reference reads beyond an end.');
  return value;
}
