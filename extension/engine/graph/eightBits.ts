/** Matrices in 8 bits, symmetric around zero: x = values * scale. */
import type { TensorData } from '../graph/graph';
import { oncePer } from './oncePer';

export interface EightBits {
  /** int8, the shape of the matrix. */
  readonly values: TensorData;
  /** float32, one for each column or row. */
  readonly scales: TensorData;
}

/**
 * Weights of products, by column, in -64 to 64. Processors without VNNI add two products of 8-bit numbers
 * in 16 bits: 255 * 64 * 2 just fits, while 255 * 127 * 2 would be cut off, and a model would answer differently on
 * another computer.
 */
const productLimit = 64;
const lookupLimit = 127;

/** Weights of a base model stand in many graphs of a run. */
const straight = oncePer((matrix: TensorData) => byColumns(matrix, false));
const turnedColumns = oncePer((matrix: TensorData) => byColumns(matrix, true));

/**
 * Computed once a matrix.
 * @param matrix float32 [rows, columns]
 * @param turned whether it is the transpose of `matrix` that is wanted
 * @returns scales [columns]
 */
export function quantisedColumns(matrix: TensorData, { turned = false } = {}): EightBits {
  return turned ? turnedColumns(matrix) : straight(matrix);
}

function byColumns({ shape, data }: TensorData, turned: boolean): EightBits {
  const [rows = 0, columns = 0] = turned ? shape.toReversed() : shape;
  const [down, right] = turned ? [1, rows] : [columns, 1];
  const scales = new Float32Array(columns);
  const values = new Int8Array(data.length);
  for (let column = 0; column < columns; column++) {
    const at = (row: number): number => Number(data[row * down + column * right]);
    let largest = 0;
    for (let row = 0; row < rows; row++) largest = Math.max(largest, Math.abs(at(row)));
    const scale = scaleFor(largest, productLimit);
    scales[column] = scale;
    for (let row = 0; row < rows; row++) values[row * columns + column] = Math.round(at(row) / scale);
  }
  return {
    values: { type: 'int8', shape: [rows, columns], data: values },
    scales: { type: 'float32', shape: [columns], data: scales },
  };
}

/** @param matrix float32 [rows, columns] @returns scales [rows, 1] */
export function quantisedRows({ shape, data }: TensorData): EightBits {
  const [rows = 0, columns = 0] = shape;
  const values = new Int8Array(data.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const [start, end] = [row * columns, (row + 1) * columns];
    let largest = 0;
    for (let i = start; i < end; i++) largest = Math.max(largest, Math.abs(Number(data[i])));
    const scale = scaleFor(largest, lookupLimit);
    scales[row] = scale;
    for (let i = start; i < end; i++) values[i] = Math.round(Number(data[i]) / scale);
  }
  return {
    values: { type: 'int8', shape: [rows, columns], data: values },
    scales: { type: 'float32', shape: [rows, 1], data: scales },
  };
}

/** A column of zeros has any scale. */
function scaleFor(largest: number, limit: number): number {
  return largest > 0 ? Math.fround(largest / limit) : 1;
}
