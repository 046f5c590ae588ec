/**
 * Label spreading over a graph of nearest neighbours (Zhou et al. 2004, "Learning with local and global
 * consistency"): the given labels flow along similar texts until they settle.
 */
import type { Scores } from '../assess/metrics';

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
 * Solves (I - alpha S) F = Y by conjugate gradients, one class at a time. Y holds what is known or guessed of each
 * text: the given labels, and a classifier's probabilities elsewhere (as in the smoothing step of Huang et al. 2020,
 * "Combining label propagation and simple models"). A text ends with what it and its neighbours say together.
 * @param alpha how far the neighbours are heard, 0 (not at all) to below 1
 * @returns [texts, classes]; rows sum to one
 */
export function spreadLabels(affinity: Affinity, y: Scores, alpha: number, iterations = 40): Scores {
  const count = affinity.start.length - 1;
  const { classes } = y;
  const out = new Float32Array(count * classes);
  for (let c = 0; c < classes; c++) {
    const column = Float64Array.from({ length: count }, (_, i) => y.data[i * classes + c] as number);
    const f = conjugateGradients(affinity, alpha, column, iterations);
    for (let i = 0; i < count; i++) out[i * classes + c] = Math.max(1e-9, f[i] as number);
  }
  return sharpen({ classes, data: out }, 1);
}

/** Rows raised to `power` and normalised again: power above 1 sharpens. */
export function sharpen({ classes, data }: Scores, power: number): Scores {
  const out = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += classes) {
    const highest = Math.max(...data.subarray(start, start + classes)) || 1;
    let sum = 0;
    for (let c = start; c < start + classes; c++) {
      out[c] = ((data[c] as number) / highest) ** power;
      sum += out[c] as number;
    }
    for (let c = start; c < start + classes; c++) out[c] = (out[c] as number) / sum;
  }
  return { classes, data: out };
}

function conjugateGradients(s: Affinity, alpha: number, y: Float64Array, iterations: number): Float64Array {
  const x = new Float64Array(y.length);
  const r = y.slice();
  const p = y.slice();
  const ap = new Float64Array(y.length);
  let rr = r.reduce((a, v) => a + v * v, 0);
  const enough = rr * 1e-12;
  for (let it = 0; it < iterations && rr > enough; it++) {
    for (let i = 0; i < p.length; i++) {
      let sum = 0;
      for (let n = s.start[i] as number; n < (s.start[i + 1] as number); n++) {
        sum += (s.value[n] as number) * (p[s.column[n] as number] as number);
      }
      ap[i] = (p[i] as number) - alpha * sum;
    }
    const step = rr / p.reduce((a, v, i) => a + v * (ap[i] as number), 0);
    for (let i = 0; i < x.length; i++) {
      x[i] = (x[i] as number) + step * (p[i] as number);
      r[i] = (r[i] as number) - step * (ap[i] as number);
    }
    const next = r.reduce((a, v) => a + v * v, 0);
    const beta = next / rr;
    for (let i = 0; i < p.length; i++) p[i] = (r[i] as number) + beta * (p[i] as number);
    rr = next;
  }
  return x;
}
