import { transpose } from '../graph/layout';
import { Graph } from '../graph/graph';
import { matmul } from '../graph/matrix';
import { modelBytes } from '../graph/serialise';
import type { Vectors } from '../learn/vectors';
import { Session } from '../runtime/session';
import { f32, floats } from '../runtime/tensor';

/**
 * Cosine similarity of each of `rows` to each of `columns`, both of length 1.
 * @returns [rows, columns]
 */
export async function cosines(rows: Vectors, columns: Vectors): Promise<Float32Array> {
  const { size } = rows;
  if (rows.data.length === 0 || columns.data.length === 0) return new Float32Array();
  const session = await Session.create(productGraph(size), { device: 'cpu' });
  try {
    const out = await session.run({
      rows: f32([rows.data.length / size, size], rows.data),
      columns: f32([columns.data.length / size, size], columns.data),
    });
    return floats(out['products']);
  } finally {
    await session.dispose();
  }
}

function productGraph(size: number): Uint8Array {
  const g = new Graph();
  const rows = g.input('rows', 'float32', ['rows', size]);
  const columns = g.input('columns', 'float32', ['columns', size]);
  g.output(matmul(g, rows, transpose(g, columns)), 'products');
  return modelBytes(g);
}
