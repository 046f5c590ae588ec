import type { TensorData } from '../graph/graph';

const known = new WeakMap<TensorData, TensorData>();

/**
 * A linear layer's weight [out, in] as [in, out], the way a product wants it. Computed once a tensor, and kept as
 * long as the tensor is.
 */
export function transposedWeight(weight: TensorData): TensorData {
  const done = known.get(weight) ?? transpose(weight);
  known.set(weight, done);
  return done;
}

function transpose({ type, shape, data }: TensorData): TensorData {
  const [rows = 1, columns = 1] = shape;
  const result = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j] as number;
  }
  return { type, shape: [columns, rows], data: result };
}
