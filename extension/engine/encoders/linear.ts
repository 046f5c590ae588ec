import { add } from '../graph/arithmetic';
import type { Graph, Value } from '../graph/graph';
import { matmul } from '../graph/matrix';
import type { WeightSource } from './family';
import type { EncoderHooks, LinearSite } from './hooks';

/**
 * A linear layer with what an adapter makes of it: x [..., in] -> [..., out].
 *
 * @param name of the layer: its tensors are `<name>.weight` [out, in] and `<name>.bias` [out]
 */
export function linear(
  g: Graph,
  x: Value,
  site: LinearSite,
  name: string,
  weights: WeightSource,
  hooks: EncoderHooks,
): Value {
  const product = matmul(g, x, weights.transposed(`${name}.weight`));
  const y = add(g, product, hooks.bias?.(site) ?? weights.stored(`${name}.bias`));
  return hooks.linear?.(g, site, x, y) ?? y;
}
