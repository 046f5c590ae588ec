import { add } from '../graph/arithmetic';
import type { Graph, Value } from '../graph/graph';
import { matmul } from '../graph/matrix';
import { layerNorm } from '../graph/neural';
import type { WeightSource } from './family';
import type { EncoderHooks, LinearSite, NormSite } from './hooks';

/**
 * A linear layer with what an adapter makes of it: x [..., in] -> [..., out].
 *
 * @param name of the layer: its tensors are `<name>.weight` [out, in] and, where it has one, `<name>.bias` [out]
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
  const bias = biasOf(site, name, weights, hooks);
  const y = bias ? add(g, product, bias) : product;
  return hooks.linear?.(g, site, x, y) ?? y;
}

/**
 * A layer normalisation with what an adapter makes of it: x [..., features], which stays as it is where the model has no
 * such normalisation.
 *
 * @param name its tensors are `<name>.weight` [features] and, where it has one, `<name>.bias` [features]
 */
export function normalise(
  g: Graph,
  x: Value,
  site: NormSite,
  name: string,
  weights: WeightSource,
  hooks: EncoderHooks,
  epsilon: number,
): Value {
  if (!weights.has(`${name}.weight`)) return x;
  const scale = hooks.scale?.(site) ?? weights.stored(`${name}.weight`);
  return layerNorm(g, x, scale, biasOf(site, name, weights, hooks), epsilon);
}

function biasOf(
  site: LinearSite | NormSite,
  name: string,
  weights: WeightSource,
  hooks: EncoderHooks,
): Value | undefined {
  if (!weights.has(`${name}.bias`)) return undefined;
  return hooks.bias?.(site) ?? weights.stored(`${name}.bias`);
}
