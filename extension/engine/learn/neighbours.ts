import { Graph } from '../graph/graph';
import { int64 } from '../graph/constants';
import { transpose } from '../graph/layout';
import { matmul } from '../graph/matrix';
import { modelBytes } from '../graph/serialise';
import { Session, type SessionDevice } from '../runtime/session';
import { f32, floats } from '../runtime/tensor';
import type { Neighbours } from './spreading';
import type { Vectors } from './vectors';

/** Queries of one product: bounds the [queries, texts] matrix of similarities. */
const queriesAtOnce = 512;

/**
 * The `k` nearest texts of each text by cosine similarity, itself left out.
 * @param vectors of length 1
 */
export async function nearestNeighbours(
  vectors: Vectors,
  k: number,
  device: SessionDevice,
  signal?: AbortSignal,
): Promise<Neighbours> {
  const count = vectors.data.length / vectors.size;
  const all = await nearestRows(vectors, vectors, Math.min(k + 1, count), device, signal);
  const found = all.k - 1;
  const indices = new Int32Array(count * found);
  const similarities = new Float32Array(count * found);
  for (let text = 0; text < count; text++) {
    let n = text * found;
    for (let i = text * all.k; n < (text + 1) * found && i < (text + 1) * all.k; i++) {
      if (all.indices[i] === text) continue;
      indices[n] = all.indices[i] as number;
      similarities[n] = all.similarities[i] as number;
      n += 1;
    }
  }
  return { k: found, indices, similarities };
}

/**
 * The `k` rows of `among` that are nearest to each query by cosine similarity, exactly: one product of the two matrices,
 * a slice of queries at a time.
 * @param queries and `among`: of length 1
 */
export async function nearestRows(
  queries: Vectors,
  among: Vectors,
  k: number,
  device: SessionDevice,
  signal?: AbortSignal,
): Promise<Neighbours> {
  const { size } = among;
  const count = queries.data.length / size;
  const session = await Session.create(searchGraph(size, k), { device });
  try {
    const indices = new Int32Array(count * k);
    const similarities = new Float32Array(count * k);
    const rows = f32([among.data.length / size, size], among.data);
    for (let start = 0; start < count; start += queriesAtOnce) {
      signal?.throwIfAborted();
      const some = queries.data.slice(start * size, (start + queriesAtOnce) * size);
      const out = await session.run({ queries: f32([some.length / size, size], some), rows });
      indices.set(Array.from(out['indices']?.data as BigInt64Array, Number), start * k);
      similarities.set(floats(out['similarities']), start * k);
      await new Promise(setImmediate);
    }
    return { k, indices, similarities };
  } finally {
    await session.dispose();
  }
}

function searchGraph(size: number, k: number): Uint8Array {
  const g = new Graph();
  const queries = g.input('queries', 'float32', ['queries', size]);
  const rows = g.input('rows', 'float32', ['rows', size]);
  const products = matmul(g, queries, transpose(g, rows));
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
