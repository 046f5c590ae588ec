/** Tensors in host memory, as they go into a session and come out of it. */
import type { TensorData } from '../graph/graph';

/** A dense row-major tensor. Readable as a graph's constant, so that what was trained can be stored in a graph. */
export type Tensor = TensorData;

export interface FloatTensor extends Tensor {
  readonly type: 'float32';
  readonly data: Float32Array;
}

export interface IntTensor extends Tensor {
  readonly type: 'int64';
  readonly data: BigInt64Array;
}

/** Number of elements of a shape; 1 for a scalar's `[]`. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** A float32 tensor; zeros when `data` is left out. A Float32Array is taken as it is, not copied. */
export function f32(shape: readonly number[], data?: Float32Array | readonly number[]): FloatTensor {
  const values =
    data === undefined
      ? new Float32Array(sizeOf(shape))
      : data instanceof Float32Array
        ? data
        : Float32Array.from(data);
  checkSize(shape, values.length);
  return { type: 'float32', shape: [...shape], data: values };
}

/** An int64 tensor of ordinary numbers, each an integer below 2^53. */
export function i64(shape: readonly number[], numbers: ArrayLike<number>): IntTensor {
  checkSize(shape, numbers.length);
  const data = new BigInt64Array(numbers.length);
  for (let i = 0; i < data.length; i++) data[i] = BigInt(numbers[i] ?? 0);
  return { type: 'int64', shape: [...shape], data };
}

/** A float32 tensor of shape []. */
export function scalar(x: number): FloatTensor {
  return f32([], [x]);
}

/**
 * The data of a float32 tensor.
 *
 * @throws Error when the tensor is absent or of another type: a bug of the caller
 */
export function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.type === 'float32' && tensor.data instanceof Float32Array) return tensor.data;
  throw new Error(`Expected a float32 tensor, got ${tensor ? tensor.type : 'none'}.`);
}

/**
 * The only element of a float32 tensor of one element, such as a loss.
 *
 * @throws Error when it is anything else
 */
export function scalarOf(tensor: Tensor | undefined): number {
  const data = floats(tensor);
  if (data.length !== 1 || data[0] === undefined) throw new Error(`Expected one number, got ${data.length}.`);
  return data[0];
}

/**
 * The largest difference of two vectors' elements, relative to the largest element of `expected`. Infinite where
 * lengths or numbers make no sense, so that a silent zero or NaN cannot pass.
 */
export function largestDifference(expected: Float32Array, actual: Float32Array): number {
  if (expected.length !== actual.length) return Infinity;
  const scale = expected.reduce((max, x) => Math.max(max, Math.abs(x)), 1e-9);
  const worst = expected.reduce((max, x, i) => Math.max(max, Math.abs(x - (actual[i] ?? NaN))), 0);
  return Number.isNaN(worst) ? Infinity : worst / scale;
}

function checkSize(shape: readonly number[], length: number): void {
  if (sizeOf(shape) !== length) {
    throw new Error(`Shape [${shape.join(', ')}] needs ${sizeOf(shape)} elements, got ${length}.`);
  }
}
