import { Graph } from '../graph/graph';
import { int64 } from '../graph/constants';
import { transpose } from '../graph/layout';
import { matmul } from '../graph/matrix';
import { modelBytes } from '../graph/serialise';
import { Session, type SessionDevice } from '../runtime/session';
import { f32, floats } from '../runtime/tensor';
import type { Neighbours } from './spreading';
import { pickRows, type Vectors } from './vectors';

/** Queries of one product: bounds the [queries, texts] matrix of similarities. */
const queriesAtOnce = 512;

/**
 * The `k` nearest texts of each text by cosine similarity, itself left out, exactly: one product of the
 * matrix of vectors with itself, a slice of rows at a time.
 * @param vectors of length 1
 */
export async function nearestNeighbours(
  vectors: Vectors,
  k: number,
  device: SessionDevice,
  signal?: AbortSignal,
): Promise<Neighbours> {
  const count = vectors.data.length / vectors.size;
  const found = Math.min(k, count - 1);
  const session = await Session.create(searchGraph(vectors.size, found + 1), { device });
  try {
    const indices = new Int32Array(count * found);
    const similarities = new Float32Array(count * found);
    const texts = f32([count, vectors.size], vectors.data);
    for (let start = 0; start < count; start += queriesAtOnce) {
      signal?.throwIfAborted();
      const rows = Array.from({ length: Math.min(queriesAtOnce, count - start) }, (_, i) => start + i);
      const queries = f32([rows.length, vectors.size], pickRows(vectors, rows).data);
      const out = await session.run({ queries, texts });
      const nearest = out['indices']?.data as BigInt64Array;
      const scores = floats(out['similarities']);
      rows.forEach((text, row) => {
        let n = text * found;
        for (let i = row * (found + 1); n < (text + 1) * found && i < (row + 1) * (found + 1); i++) {
          if (Number(nearest[i]) === text) continue;
          indices[n] = Number(nearest[i]);
          similarities[n] = scores[i] as number;
          n += 1;
        }
      });
    }
    return { k: found, indices, similarities };
  } finally {
    await session.dispose();
  }
}

function searchGraph(size: number, k: number): Uint8Array {
  const g = new Graph();
  const queries = g.input('queries', 'float32', ['queries', size]);
  const texts = g.input('texts', 'float32', ['texts', size]);
  const products = matmul(g, queries, transpose(g, texts));
  const [similarities, indices] = g.node(
    'TopK',
    [products, int64(g, [k])],
    [
      { type: 'float32', shape: ['queries', k] },
      { type: 'int64', shape: ['queries', k] },
    ],
    { axis: -1 },
  );
  if (!similarities || !indices) throw new Error('TopK has two outputs.');
  g.output(similarities, 'similarities');
  g.output(indices, 'indices');
  return modelBytes(g);
}
