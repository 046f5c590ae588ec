/** What attention knows of places in a window, where that is not in the embeddings. */
import { add, mul, sub } from '../graph/arithmetic';
import type { Dim, Graph, TensorData, Value } from '../graph/graph';
import { gather } from '../graph/indexing';
import { concat, slice, split, unsqueeze } from '../graph/layout';

/** How many distances there are in a window: from the last token to the first one, and back. */
export function distanceCount(maxTokens: number): number {
  return 2 * maxTokens - 1;
}

/**
 * A table by distance as what is added to attention scores: [1, rows, tokens, tokens], for queries and keys.
 *
 * @param table float32 [rows, distances]: what is added where a key stands `column - (maxTokens - 1)` places after the query
 */
export function biasByDistance(g: Graph, table: Value, tokens: Dim, maxTokens: number): Value {
  const all = g.sharedConstant(`places.${maxTokens}`, () => ({
    type: 'int32',
    shape: [maxTokens],
    data: Int32Array.from({ length: maxTokens }, (_, place) => place),
  }));
  const places = slice(g, all, 0, 0, tokens);
  const distances = sub(g, unsqueeze(g, places, [0]), unsqueeze(g, places, [1]));
  return unsqueeze(g, gather(g, table, add(g, distances, maxTokens - 1), 1), [0]);
}

/**
 * Rotary position embedding (Su et al. 2021, "RoFormer"): turns each pair of numbers i, i + headSize / 2 of a head by
 * an angle of place * theta^(-2i / headSize).
 *
 * @param tokens how many places there are, at most `maxTokens`
 * @returns [batch, tokens, heads, headSize] -> the same
 */
export function rotation(
  g: Graph,
  { theta, headSize, maxTokens }: { theta: number; headSize: number; maxTokens: number },
  tokens: Dim,
): (x: Value) => Value {
  const half = headSize / 2;
  const table = (name: 'cos' | 'sin'): Value => {
    const whole = g.sharedConstant(`rotary.${theta}.${headSize}.${maxTokens}.${name}`, (): TensorData => {
      const angle = (i: number): number => Math.floor(i / half) * theta ** ((-2 * (i % half)) / headSize);
      const data = Float32Array.from({ length: maxTokens * half }, (_, i) => Math[name](angle(i)));
      return { type: 'float32', shape: [maxTokens, 1, half], data };
    });
    return slice(g, whole, 0, 0, tokens);
  };
  const [cos, sin] = [table('cos'), table('sin')];
  return (x) => {
    const [first = x, second = x] = split(g, x, -1, [half, half]);
    return concat(
      g,
      [sub(g, mul(g, first, cos), mul(g, second, sin)), add(g, mul(g, second, cos), mul(g, first, sin))],
      -1,
    );
  };
}
