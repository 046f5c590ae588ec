/** The graph of a transformer encoder of any family. */
import { add } from '../graph/arithmetic';
import type { Graph, TensorData, Value } from '../graph/graph';
import { gather } from '../graph/indexing';
import { slice } from '../graph/layout';
import { attentionBias, selfAttention } from './attention';
import type { BuiltEncoder, EncoderConfig, EncoderFamily, TextValues, WeightSource } from './family';
import { feedForward } from './feedForward';
import type { EncoderHooks, LinearRole, NormSite, Sublayer } from './hooks';
import { linear, normalise } from './linear';
import type { TensorNames, TransformerTraits } from './transformer';

/** See `EncoderFamily.build`. */
export function buildTransformer(
  g: Graph,
  { family, names, finalNorm, gated = false, attention }: TransformerTraits & { family: EncoderFamily },
  config: EncoderConfig,
  { inputIds, attentionMask }: TextValues,
  layers: readonly number[],
  weights: WeightSource,
  hooks: EncoderHooks,
): BuiltEncoder {
  const preNorm = finalNorm !== undefined;
  const padding = attentionBias(g, attentionMask);
  const attentionOf = attention?.(g, config, padding, weights) ?? (() => ({ bias: padding }));
  const norm = (x: Value, site: NormSite, source = -1): Value =>
    normalise(g, x, site, family.norm(source, site.role), weights, hooks, config.normEpsilon);

  /** One layer, made of the base model's layer `source`. */
  const build = (input: Value, source: number, layer: number): Value => {
    const dense = (x: Value, role: LinearRole): Value =>
      linear(g, x, { layer, role }, family.linear(source, role), weights, hooks);
    const half = (
      x: Value,
      sublayer: Sublayer,
      role: 'attentionNorm' | 'outputNorm',
      compute: (x: Value) => Value,
    ): Value => {
      const y = compute(preNorm ? norm(x, { layer, role }, source) : x);
      const sum = add(g, hooks.sublayer?.(g, layer, sublayer, y) ?? y, x);
      return preNorm ? sum : norm(sum, { layer, role }, source);
    };
    const middle = half(input, 'attention', 'attentionNorm', (x) =>
      selfAttention(g, x, config.heads, attentionOf(source), dense),
    );
    const output = half(middle, 'feedForward', 'outputNorm', (x) =>
      feedForward(g, x, config.activation, gated, dense),
    );
    const isLast = layer === layers.length - 1;
    return preNorm && isLast ? norm(output, { layer: -1, role: 'finalNorm' }) : output;
  };

  const embedded = embed(g, inputIds, config, names, weights);
  const hiddenStates = [g.scope('embeddings', () => norm(embedded, { layer: -1, role: 'embeddingNorm' }))];
  layers.forEach((source, layer) => {
    const input = hiddenStates.at(-1) as Value;
    hiddenStates.push(g.scope(`layer.${layer}`, () => build(input, source, layer)));
  });
  return { hidden: hiddenStates.at(-1) as Value, hiddenStates };
}

/** Pieces, and where there are such: positions and token type 0, added up: [batch, tokens, hidden]. */
function embed(
  g: Graph,
  inputIds: Value,
  { firstPosition }: EncoderConfig,
  { pieces, positions, tokenTypes }: TensorNames,
  weights: WeightSource,
): Value {
  const words = gather(g, weights.stored(`${pieces}.weight`), inputIds);
  if (positions === undefined) return words;
  // A text is one segment, so its type is added to the positions once and for all.
  const places = weights.derived('embeddings.position_and_type', (tensor) =>
    placesOf(
      tensor(`${positions}.weight`),
      firstPosition,
      tokenTypes === undefined ? undefined : tensor(`${tokenTypes}.weight`),
    ),
  );
  const tokens = inputIds.shape[1] ?? 1;
  return add(g, words, slice(g, places, 0, 0, tokens));
}

/** The rows of `positions` from `first` on, each plus the first row of `types`. */
function placesOf(positions: TensorData, first: number, types: TensorData | undefined): TensorData {
  const [rows = 0, width = 1] = positions.shape;
  const used = (positions.data as Float32Array).subarray(first * width);
  const data = types ? used.map((x, i) => x + (types.data[i % width] as number)) : used;
  return { type: 'float32', shape: [rows - first, width], data };
}
