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
interface Affinity {
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

/** The given labels: the text's index and its class. */
export interface Seed {
  readonly text: number;
  readonly label: number;
}

/**
 * Solves (I - alpha S) F = Y by conjugate gradients, one class at a time, and normalises the class masses to
 * `prior` (Zhu et al. 2003, section 4) and the rows to one.
 * @returns [texts, classes]; a text that no label reaches has the prior itself.
 */
export function spreadLabels(
  affinity: Affinity,
  seeds: readonly Seed[],
  prior: readonly number[],
  { alpha = 0.99, iterations = 60 } = {},
): Scores {
  const count = affinity.start.length - 1;
  const classes = prior.length;
  const perClass = new Array<number>(classes).fill(0);
  for (const { label } of seeds) perClass[label] = (perClass[label] ?? 0) + 1;
  const out = new Float32Array(count * classes);
  for (let c = 0; c < classes; c++) {
    const y = new Float64Array(count);
    for (const seed of seeds) if (seed.label === c) y[seed.text] = 1 / (perClass[c] as number);
    const f = conjugateGradients(affinity, alpha, y, iterations);
    const mass = f.reduce((a, b) => a + Math.max(0, b), 0) || 1;
    for (let i = 0; i < count; i++) {
      out[i * classes + c] = (Math.max(0, f[i] as number) / mass) * (prior[c] as number);
    }
  }
  for (let i = 0; i < count; i++) {
    const row = out.subarray(i * classes, (i + 1) * classes);
    const sum = row.reduce((a, b) => a + b, 0);
    for (let c = 0; c < classes; c++) row[c] = sum > 0 ? (row[c] as number) / sum : (prior[c] as number);
  }
  return { classes, data: out };
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
