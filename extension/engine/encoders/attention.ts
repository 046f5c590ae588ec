/** Multi-head self-attention, Vaswani et al. 2017, sec. 3.2. */
import { add, cast, mul, sub } from '../graph/arithmetic';
import type { Graph, Value } from '../graph/graph';
import { reshape, transpose, unsqueeze } from '../graph/layout';
import { matmul } from '../graph/matrix';
import { softmax } from '../graph/neural';
import type { LinearRole } from './hooks';

/** Far enough below every score that its exponential is 0, and within the range of 16-bit floats. */
export const masked = -1e4;

/** What is added to attention scores so that padding gets none: mask int64 [batch, tokens] -> [batch, 1, 1, tokens]. */
export function attentionBias(g: Graph, attentionMask: Value): Value {
  const absent = sub(g, 1, cast(g, attentionMask, 'float32'));
  return unsqueeze(g, mul(g, absent, masked), [1, 2]);
}

/** Who sees whom in a layer. */
export interface Attention {
  /** Added to the scores: [batch, 1 or heads, 1 or tokens, tokens]. */
  readonly bias: Value;
  /** Tells queries and keys, [batch, tokens, heads, headSize], their places. */
  readonly rotate?: (x: Value) => Value;
}

/**
 * x [batch, tokens, hidden] -> [batch, tokens, hidden], the output projection included.
 *
 * @param dense applies one of the layer's linear layers
 */
export function selfAttention(
  g: Graph,
  x: Value,
  heads: number,
  { bias, rotate = (y) => y }: Attention,
  dense: (x: Value, role: LinearRole) => Value,
): Value {
  const [batch = 1, tokens = 1, hidden = 1] = x.shape;
  const headSize = Number(hidden) / heads;
  const perHead = (role: LinearRole): Value => reshape(g, dense(x, role), [batch, tokens, heads, headSize]);
  const query = transpose(g, rotate(perHead('query')), [0, 2, 1, 3]);
  const key = transpose(g, rotate(perHead('key')), [0, 2, 3, 1]);
  const value = transpose(g, perHead('value'), [0, 2, 1, 3]);
  const scores = mul(g, matmul(g, query, key), 1 / Math.sqrt(headSize));
  const weights = softmax(g, add(g, scores, bias));
  const context = transpose(g, matmul(g, weights, value), [0, 2, 1, 3]);
  return dense(reshape(g, context, [batch, tokens, hidden]), 'attentionOutput');
}
