import type { Scores } from '../assess/metrics';

/** Vectors of several texts: [count, size], row-major. */
export interface Vectors {
  readonly size: number;
  readonly data: Float32Array;
}

/** The rows of these indices, in their order. */
export function pickRows({ size, data }: Vectors, indices: readonly number[]): Vectors {
  const picked = new Float32Array(indices.length * size);
  indices.forEach((from, to) => picked.set(data.subarray(from * size, (from + 1) * size), to * size));
  return { size, data: picked };
}

/** The scores of these texts, in their order. */
export function pickScores({ classes, data }: Scores, texts: readonly number[]): Scores {
  return { classes, data: pickRows({ size: classes, data }, texts).data };
}

/** Divides each row by its length, in place; a row of zeros stays. */
export function normaliseRows({ size, data }: Vectors): void {
  for (let start = 0; start < data.length; start += size) {
    const row = data.subarray(start, start + size);
    const length = Math.sqrt(row.reduce((a, v) => a + v * v, 0)) || 1;
    for (let j = 0; j < size; j++) row[j] = (row[j] as number) / length;
  }
}
