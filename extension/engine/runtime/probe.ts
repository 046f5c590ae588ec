/** A small graph of the operators that encoders are made of, to see whether a device computes them rightly. */
import { add } from '../graph/arithmetic';
import { Graph, type TensorData } from '../graph/graph';
import { gather } from '../graph/indexing';
import { transposeLast } from '../graph/layout';
import { matmul } from '../graph/matrix';
import { gelu, layerNorm, softmax } from '../graph/neural';
import { modelBytes } from '../graph/serialise';
import { f32, i64, type Tensor } from './tensor';

const rows = 8;
const width = 16;
const batch = 3;

/** Input `ids` int64 [3]; outputs `hidden` float32 [3, 16] and `attention` float32 [3, 3]. */
export function probeBytes(): Uint8Array {
  const g = new Graph();
  const ids = g.input('ids', 'int64', [batch]);
  const embedded = gather(g, g.constant('table', wave([rows, width], 1)), ids);
  const scale = g.constant('scale', wave([width], 2));
  const bias = g.constant('bias', wave([width], 3));
  const x = layerNorm(g, embedded, scale, bias, 1e-12);
  const attention = softmax(g, matmul(g, x, transposeLast(g, x)));
  const hidden = gelu(g, matmul(g, matmul(g, attention, x), g.constant('weight', wave([width, width], 4))));
  g.output(add(g, hidden, x), 'hidden');
  g.output(attention, 'attention');
  return modelBytes(g);
}

export function probeFeeds(): Record<string, Tensor> {
  return { ids: i64([batch], [1, 6, 3]) };
}

/** Numbers without a pattern that a wrong kernel could meet by chance, the same on every computer. */
function wave(shape: readonly number[], seed: number): TensorData {
  const size = shape.reduce((a, b) => a * b, 1);
  return f32(
    shape,
    Array.from({ length: size }, (_, i) => Math.sin(seed * 12.9898 + i * 78.233)),
  );
}
