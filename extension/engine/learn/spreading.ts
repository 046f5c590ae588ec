/**
 * Label spreading over a graph of nearest neighbours (Zhou et al. 2004, "Learning with local and global
 * consistency"): the given labels flow along similar texts until they settle.
 */
import type { Scores } from '../assess/metrics';

/** Length of what is left over, as a share of what was given, at which a solution is good enough. */
const tolerance = 1e-3;

/** For each text its nearest others: `indices` and cosine `similarities`, [texts, k], row-major. */
export interface Neighbours {
  readonly k: number;
  readonly indices: Int32Array;
  readonly similarities: Float32Array;
}

/** A symmetric sparse matrix by rows: entries `start[i]` to `start[i + 1]` belong to row i. */
export interface Affinity {
  readonly start: Int32Array;
  readonly column: Int32Array;
  readonly value: Float64Array;
}

/** S = D^-1/2 W D^-1/2 with W_ij = similarity^power, joined over both directions (Zhou et al. 2004, step 2). */
export function affinityOf({ k, indices, similarities }: Neighbours, power = 3): Affinity {
  const count = indices.length / k;
  const rows = Array.from({ length: count }, () => new Map<number, number>());
  for (let i = 0; i < count; i++) {
    for (let n = i * k; n < (i + 1) * k; n++) {
      const j = indices[n] as number;
      const weight = Math.max(0, similarities[n] as number) ** power;
      if (j === i || j < 0) continue;
      rows[i]?.set(j, weight);
      rows[j]?.set(i, weight);
    }
  }
  const degree = rows.map((row) => Math.sqrt([...row.values()].reduce((a, b) => a + b, 0)) || 1);
  const entries = rows.reduce((a, row) => a + row.size, 0);
  const affinity = {
    start: new Int32Array(count + 1),
    column: new Int32Array(entries),
    value: new Float64Array(entries),
  };
  let at = 0;
  rows.forEach((row, i) => {
    for (const [j, weight] of row) {
      affinity.column[at] = j;
      affinity.value[at] = weight / ((degree[i] as number) * (degree[j] as number));
      at += 1;
    }
    affinity.start[i + 1] = at;
  });
  return affinity;
}

/**
 * Solves (I - alpha S) F = Y by conjugate gradients, all classes side by side. Y holds what is known or guessed of each
 * text: the given labels, and a classifier's probabilities elsewhere (as in the smoothing step of Huang et al. 2020,
 * "Combining label propagation and simple models"). A text ends with what it and its neighbours say together.
 * @param alpha how far the neighbours are heard, 0 (not at all) to below 1
 * @returns [texts, classes]; rows sum to one
 */
export function spreadLabels(affinity: Affinity, y: Scores, alpha: number, iterations = 40): Scores {
  const f = conjugateGradients(affinity, alpha, y, iterations);
  return sharpen({ classes: y.classes, data: Float32Array.from(f, (value) => Math.max(1e-9, value)) }, 1);
}

/** Rows raised to `power` and normalised again: power above 1 sharpens. Rows of zeros stay. */
export function sharpen({ classes, data }: Scores, power: number): Scores {
  const out = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += classes) {
    const highest = Math.max(...data.subarray(start, start + classes)) || 1;
    let sum = 0;
    for (let c = start; c < start + classes; c++) {
      out[c] = ((data[c] as number) / highest) ** power;
      sum += out[c] as number;
    }
    for (let c = start; c < start + classes; c++) out[c] = (out[c] as number) / (sum || 1);
  }
  return { classes, data: out };
}

/** Each class is a system of its own with the same matrix; the rows of all are read together, which is what takes the time. */
function conjugateGradients(
  s: Affinity,
  alpha: number,
  { classes, data }: Scores,
  iterations: number,
): Float64Array {
  const x = new Float64Array(data.length);
  const r = Float64Array.from(data);
  const p = r.slice();
  const ap = new Float64Array(data.length);
  let rr = columnProducts(r, r, classes);
  const enough = rr.map((length) => length * tolerance ** 2);
  for (let it = 0; it < iterations && rr.some((length, c) => length > (enough[c] ?? 0)); it++) {
    multiply(s, alpha, p, classes, ap);
    const pap = columnProducts(p, ap, classes);
    const step = rr.map((length, c) => (pap[c] ? length / pap[c] : 0));
    for (let i = 0; i < x.length; i++) {
      const own = step[i % classes] as number;
      x[i] = (x[i] as number) + own * (p[i] as number);
      r[i] = (r[i] as number) - own * (ap[i] as number);
    }
    const next = columnProducts(r, r, classes);
    const beta = next.map((length, c) => (rr[c] ? length / rr[c] : 0));
    for (let i = 0; i < p.length; i++)
      p[i] = (r[i] as number) + (beta[i % classes] as number) * (p[i] as number);
    rr = next;
  }
  return x;
}

/** (I - alpha S) p, into `out`. */
function multiply(s: Affinity, alpha: number, p: Float64Array, classes: number, out: Float64Array): void {
  const sum = new Float64Array(classes);
  for (let i = 0, row = 0; row < p.length; i++, row += classes) {
    sum.fill(0);
    for (let n = s.start[i] as number; n < (s.start[i + 1] as number); n++) {
      const value = s.value[n] as number;
      for (let c = 0, at = (s.column[n] as number) * classes; c < classes; c++, at++) {
        sum[c] = (sum[c] as number) + value * (p[at] as number);
      }
    }
    for (let c = 0; c < classes; c++) out[row + c] = (p[row + c] as number) - alpha * (sum[c] as number);
  }
}

/** Of each column, the product of `a` with `b`. */
function columnProducts(a: Float64Array, b: Float64Array, classes: number): Float64Array {
  const sums = new Float64Array(classes);
  for (let row = 0; row < a.length; row += classes) {
    for (let c = 0; c < classes; c++) {
      sums[c] = (sums[c] as number) + (a[row + c] as number) * (b[row + c] as number);
    }
  }
  return sums;
}
