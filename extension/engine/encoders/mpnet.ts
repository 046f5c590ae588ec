/** MPNet: Song et al. 2020; names and configuration as in Hugging Face's `MPNetModel`. */
import { add } from '../graph/arithmetic';
import type { TensorData } from '../graph/graph';
import { bertNames, requirePlainEncoder } from './bert';
import { biasByDistance, distanceCount } from './positions';
import { withPositionsAfter } from './sizes';
import { transformer } from './transformer';

/** [buckets, heads] */
const relativeWeight = 'encoder.relative_attention_bias.weight';
const buckets = 32;
/** Farther away than this, all are in the last bucket. */
const farthest = 128;
/** The padding's number, which configurations do not change. */
const padId = 1;

export const mpnet = transformer({
  name: 'mpnet',
  architecture: 'MPNetForSequenceClassification',
  prefix: 'mpnet.',
  names: {
    pieces: bertNames.pieces,
    positions: 'embeddings.position_embeddings',
    embeddingNorm: bertNames.embeddingNorm,
    layers: bertNames.layers,
    linear: {
      ...bertNames.linear,
      query: 'attention.attn.q',
      key: 'attention.attn.k',
      value: 'attention.attn.v',
      attentionOutput: 'attention.attn.o',
    },
    attentionNorm: 'attention.LayerNorm',
    outputNorm: bertNames.outputNorm,
  },

  config(fields, sizes) {
    requirePlainEncoder(fields);
    fields.require('relative_attention_num_buckets', buckets);
    return withPositionsAfter(padId + 1, fields, sizes);
  },

  weights: ({ heads }) => [{ name: relativeWeight, shape: [buckets, heads] }],

  /** All layers share one bias by head and distance (Raffel et al. 2020, sec. 2.1). */
  attention(g, { maxTokens }, padding, weights) {
    const table = weights.derived('encoder.bias_by_distance', (tensor) =>
      byDistance(tensor(relativeWeight), maxTokens),
    );
    const tokens = padding.shape.at(-1) ?? 1;
    const bias = add(g, padding, biasByDistance(g, table, tokens, maxTokens));
    return () => ({ bias });
  },
});

/** [buckets, heads] -> [heads, distances] */
function byDistance({ shape, data }: TensorData, maxTokens: number): TensorData {
  const [, heads = 1] = shape;
  const distances = distanceCount(maxTokens);
  const spread = new Float32Array(heads * distances);
  for (let column = 0; column < distances; column++) {
    const bucket = bucketOf(column - (maxTokens - 1));
    for (let head = 0; head < heads; head++) {
      spread[head * distances + column] = data[bucket * heads + head] as number;
    }
  }
  return { type: 'float32', shape: [heads, distances], data: spread };
}

/** Half of the buckets are for keys after the query; of each half, half are for one distance each, the rest grow with its logarithm. */
function bucketOf(distance: number): number {
  const half = buckets / 2;
  const exact = half / 2;
  const away = Math.abs(distance);
  const grown = Math.floor((Math.log(away / exact) / Math.log(farthest / exact)) * (half - exact));
  const bucket = away < exact ? away : Math.min(half - 1, exact + grown);
  return distance > 0 ? half + bucket : bucket;
}
