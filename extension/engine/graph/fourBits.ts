/** Rows in 4 bits: x = (value - 7.5) * scale, with a scale for each block of a row. */
import type { TensorData } from './graph';

export interface FourBits {
  /** uint8 [rows, columns / 2]: the first half of a row's columns in the lower bits, the second in the upper ones. */
  readonly values: TensorData;
  /** float32 [rows, blocks, 1]. */
  readonly scales: TensorData;
}

/** The value that stands for zero: between the 16 levels, so that all of them are used. */
export const middle = 7.5;
const blockSize = 64;
/** As good as zero, of rows of zeros. */
const smallest = 1e-30;
/** Largest elements that are tried, as shares of the largest that there is: cutting one off may serve the others. */
const cuts = [1, 0.9, 0.8, 0.7] as const;

/** Columns of a block; whole rows where the columns cannot be dealt evenly. */
export function blockOf(columns: number): number {
  return columns % blockSize === 0 ? blockSize : columns;
}

/** @param matrix float32 [rows, columns], with an even number of columns */
export function fourBitRows({ shape, data }: TensorData): FourBits {
  const [rows = 0, columns = 0] = shape;
  if (columns % 2 !== 0) throw new Error(`Rows of ${columns} columns do not fill bytes of two.`);
  const block = blockOf(columns);
  const scales = new Float32Array(data.length / block);
  const levels = new Uint8Array(data.length);
  for (let b = 0; b < scales.length; b++) {
    const own = data.subarray(b * block, (b + 1) * block) as Float32Array;
    const scale = bestScale(own);
    scales[b] = scale;
    for (let i = 0; i < block; i++) levels[b * block + i] = levelOf(own[i] ?? 0, scale);
  }
  const half = columns / 2;
  const values = new Uint8Array(rows * half);
  for (let i = 0; i < values.length; i++) {
    const low = Math.floor(i / half) * columns + (i % half);
    values[i] = (levels[low] ?? 0) | ((levels[low + half] ?? 0) << 4);
  }
  return {
    values: { type: 'uint8', shape: [rows, half], data: values },
    scales: { type: 'float32', shape: [rows, columns / block, 1], data: scales },
  };
}

/** Rounded to the nearest of 0 to 15; it runs a hundred million times for a vocabulary. */
function levelOf(x: number, scale: number): number {
  const level = x / scale + middle;
  return level <= 0 ? 0 : level >= 15 ? 15 : (level + 0.5) | 0;
}

/** Of some scales, the one with the least squared error. */
function bestScale(block: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < block.length; i++) largest = Math.max(largest, Math.abs(block[i] ?? 0));
  let best = { scale: smallest, error: Infinity };
  if (largest === 0) return best.scale;
  for (const cut of cuts) {
    const scale = Math.fround((cut * largest) / middle);
    let error = 0;
    for (let i = 0; i < block.length; i++) {
      const missed = (block[i] ?? 0) - (levelOf(block[i] ?? 0, scale) - middle) * scale;
      error += missed * missed;
    }
    if (error < best.error) best = { scale, error };
  }
  return best.scale;
}
