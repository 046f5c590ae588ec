/** The sizes that every family's config.json has, under whatever names. */
import type { ConfigFields } from './configFields';
import type { Activation, EncoderConfig } from './family';

export interface SizeKeys {
  readonly hidden: string;
  readonly layers: string;
  readonly heads: string;
  readonly intermediate: string;
  readonly activation: string;
  readonly epsilon: string;
  readonly positions: string;
}

export const usualKeys: SizeKeys = {
  hidden: 'hidden_size',
  layers: 'num_hidden_layers',
  heads: 'num_attention_heads',
  intermediate: 'intermediate_size',
  activation: 'hidden_act',
  epsilon: 'layer_norm_eps',
  positions: 'max_position_embeddings',
};

const activations: Readonly<Record<string, Activation>> = {
  gelu: 'gelu',
  gelu_new: 'geluTanh',
  gelu_pytorch_tanh: 'geluTanh',
  relu: 'relu',
};

/** A model's layers are listed before its file is looked at; no encoder has as many. */
const mostLayers = 1000;

/** An encoder of these sizes with biases everywhere, positions from the first row on, and no token types. */
export function readSizes(fields: ConfigFields, keys: SizeKeys): EncoderConfig {
  const config: EncoderConfig = {
    hiddenSize: fields.size(keys.hidden),
    layers: fields.size(keys.layers),
    heads: fields.size(keys.heads),
    intermediateSize: fields.size(keys.intermediate),
    activation: fields.choice(keys.activation, activations, 'gelu'),
    normEpsilon: fields.positive(keys.epsilon, 1e-12),
    vocabularySize: fields.size('vocab_size'),
    maxTokens: fields.size(keys.positions),
    firstPosition: 0,
    typeVocabularySize: 0,
    biases: { norm: true, attention: true, feedForward: true },
  };
  const { heads, hiddenSize, layers } = config;
  if (layers > mostLayers) throw fields.wrong(keys.layers, layers, `it must be at most ${mostLayers}`);
  if (hiddenSize % heads !== 0) {
    throw fields.wrong(keys.heads, heads, `it must divide ${keys.hidden} ${hiddenSize}`);
  }
  return config;
}

/** The encoder with `rows` rows of positions that no token of a window has: it reads as many tokens less. */
export function withPositionsAfter(rows: number, fields: ConfigFields, config: EncoderConfig): EncoderConfig {
  const maxTokens = config.maxTokens - rows;
  if (maxTokens > 0) return { ...config, maxTokens, firstPosition: rows };
  throw fields.wrong(
    usualKeys.positions,
    config.maxTokens,
    `its first ${rows} are no token's, so it must be larger`,
  );
}
