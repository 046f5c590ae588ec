import type { TensorData } from '../graph/graph';
import { oncePer } from '../graph/oncePer';

/** A linear layer's weight [out, in] as [in, out], the way a product wants it; once a tensor. */
export const transposedWeight = oncePer(transpose);

function transpose({ type, shape, data }: TensorData): TensorData {
  const [rows = 1, columns = 1] = shape;
  const result = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j] as number;
  }
  return { type, shape: [columns, rows], data: result };
}
