/** ModernBERT: Warner et al. 2024; names and configuration as in Hugging Face's `ModernBertModel`. */
import { add } from '../graph/arithmetic';
import type { Graph, Value } from '../graph/graph';
import { oncePer } from '../graph/oncePer';
import { masked, type Attention } from './attention';
import type { ConfigFields } from './configFields';
import type { EncoderConfig, LayerAttention } from './family';
import { biasByDistance, distanceCount, rotation } from './positions';
import { transformer } from './transformer';

type AttentionType = LayerAttention['type'];

export const modernbert = transformer({
  name: 'modernbert',
  architecture: 'ModernBertForSequenceClassification',
  prefix: 'model.',
  keys: { activation: 'hidden_activation', epsilon: 'norm_eps' },
  names: {
    pieces: 'embeddings.tok_embeddings',
    embeddingNorm: 'embeddings.norm',
    layers: 'layers',
    linear: {
      query: 'attn.query',
      key: 'attn.key',
      value: 'attn.value',
      attentionOutput: 'attn.Wo',
      intermediate: 'mlp.Wi',
      output: 'mlp.Wo',
    },
    fused: { name: 'attn.Wqkv', roles: ['query', 'key', 'value'] },
    attentionNorm: 'attn_norm',
    outputNorm: 'mlp_norm',
  },
  finalNorm: 'final_norm',
  gated: true,

  config(fields, sizes) {
    const { heads, hiddenSize } = sizes;
    if ((hiddenSize / heads) % 2 !== 0) {
      throw fields.wrong('num_attention_heads', heads, 'heads must be of an even size');
    }
    return {
      ...sizes,
      normEpsilon: fields.positive('norm_eps', 1e-5),
      biases: {
        norm: fields.flag('norm_bias', false),
        attention: fields.flag('attention_bias', false),
        feedForward: fields.flag('mlp_bias', false),
      },
      layerAttention: layerAttention(fields, sizes.layers),
    };
  },

  attention(g, config, padding) {
    const make = oncePer((kind: LayerAttention) => attentionOf(g, config, padding, kind));
    return (layer) => make(config.layerAttention?.[layer] as LayerAttention);
  },
});

function attentionOf(
  g: Graph,
  { hiddenSize, heads, maxTokens }: EncoderConfig,
  padding: Value,
  { theta, reach }: LayerAttention,
): Attention {
  const tokens = padding.shape.at(-1) ?? 1;
  const rotate = rotation(g, { theta, headSize: hiddenSize / heads, maxTokens }, tokens);
  if (reach === undefined) return { bias: padding, rotate };
  const distances = distanceCount(maxTokens);
  const table = g.sharedConstant(`within.${reach}.${maxTokens}`, () => ({
    type: 'float32',
    shape: [1, distances],
    data: Float32Array.from({ length: distances }, (_, column) =>
      Math.abs(column - (maxTokens - 1)) <= reach ? 0 : masked,
    ),
  }));
  return { bias: add(g, padding, biasByDistance(g, table, tokens, maxTokens)), rotate };
}

/** By layer, in either way of writing it: one number for all layers, or a list; thetas by themselves, or with their type. */
function layerAttention(fields: ConfigFields, layers: number): LayerAttention[] {
  fields.require('rope_scaling', null);
  const parameters = fields.within('rope_parameters');
  parameters.require('rope_type', 'default');
  const theta = (type: AttentionType, key: string, fallback: number): number => {
    const rope = parameters.within(type);
    rope.require('rope_type', 'default');
    return rope.positive('rope_theta', fields.positive(key, fallback));
  };
  const reach = Math.floor(fields.size('local_attention', 128) / 2);
  const kinds: Readonly<Record<AttentionType, LayerAttention>> = {
    full_attention: { type: 'full_attention', theta: theta('full_attention', 'global_rope_theta', 160_000) },
    sliding_attention: {
      type: 'sliding_attention',
      theta: theta('sliding_attention', 'local_rope_theta', 10_000),
      reach,
    },
  };
  const listed = fields.choices('layer_types', kinds, layers);
  if (listed) return listed;
  const every = fields.size('global_attn_every_n_layers', 3);
  return Array.from({ length: layers }, (_, i) =>
    i % every === 0 ? kinds.full_attention : kinds.sliding_attention,
  );
}
