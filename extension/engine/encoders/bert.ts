/** BERT: Devlin et al. 2019; weight names and configuration as in Hugging Face's `BertModel`. */
import { add, relu } from '../graph/arithmetic';
import type { Graph, TensorData, Value } from '../graph/graph';
import { gather } from '../graph/indexing';
import { slice } from '../graph/layout';
import { gelu, layerNorm } from '../graph/neural';
import { attentionBias, selfAttention } from './attention';
import { ConfigFields } from './configFields';
import type { Activation, EncoderConfig, EncoderFamily, WeightSource, WeightSpec } from './family';
import { linearRoles, type LinearRole, type NormSite } from './hooks';
import { linear } from './linear';

const modules: Readonly<Record<LinearRole, string>> = {
  query: 'attention.self.query',
  key: 'attention.self.key',
  value: 'attention.self.value',
  attentionOutput: 'attention.output.dense',
  intermediate: 'intermediate.dense',
  output: 'output.dense',
};

const activations: Readonly<Record<string, Activation>> = {
  gelu: 'gelu',
  gelu_new: 'geluTanh',
  gelu_pytorch_tanh: 'geluTanh',
  relu: 'relu',
};

export const bert: EncoderFamily = {
  name: 'bert',
  prefix: 'bert.',

  config(json, path) {
    const fields = new ConfigFields(json, path);
    fields.require('position_embedding_type', 'absolute');
    fields.require('is_decoder', false);
    fields.require('add_cross_attention', false);
    const config: EncoderConfig = {
      hiddenSize: fields.size('hidden_size'),
      layers: fields.size('num_hidden_layers'),
      heads: fields.size('num_attention_heads'),
      intermediateSize: fields.size('intermediate_size'),
      activation: fields.choice('hidden_act', activations, 'gelu'),
      normEpsilon: fields.positive('layer_norm_eps', 1e-12),
      vocabularySize: fields.size('vocab_size'),
      maxTokens: fields.size('max_position_embeddings'),
      typeVocabularySize: fields.size('type_vocab_size', 2),
    };
    if (config.hiddenSize % config.heads !== 0) {
      throw fields.wrong(
        'num_attention_heads',
        config.heads,
        `it must divide hidden_size ${config.hiddenSize}`,
      );
    }
    return config;
  },

  configJson: (json, config) => ({
    ...json,
    num_hidden_layers: config.layers,
    max_position_embeddings: config.maxTokens,
  }),

  pieceWeight: 'embeddings.word_embeddings.weight',
  positionWeight: 'embeddings.position_embeddings.weight',

  weights(config) {
    const { hiddenSize, vocabularySize, maxTokens, typeVocabularySize } = config;
    const specs: WeightSpec[] = [
      { name: bert.pieceWeight, shape: [vocabularySize, hiddenSize] },
      { name: bert.positionWeight, shape: [maxTokens, hiddenSize] },
      { name: 'embeddings.token_type_embeddings.weight', shape: [typeVocabularySize, hiddenSize] },
      ...normWeights(bert.norm(-1, 'embeddingNorm'), hiddenSize),
    ];
    for (let layer = 0; layer < config.layers; layer++) {
      for (const role of linearRoles) {
        const [size, outputSize] = bert.linearSize(config, role);
        const name = bert.linear(layer, role);
        specs.push({ name: `${name}.weight`, shape: [outputSize, size] });
        specs.push({ name: `${name}.bias`, shape: [outputSize] });
      }
      specs.push(...normWeights(bert.norm(layer, 'attentionNorm'), hiddenSize));
      specs.push(...normWeights(bert.norm(layer, 'outputNorm'), hiddenSize));
    }
    return specs;
  },

  layerPrefix: (layer) => `encoder.layer.${layer}.`,

  linear: (layer, role) => `encoder.layer.${layer}.${modules[role]}`,

  linearSize({ hiddenSize, intermediateSize }, role) {
    if (role === 'intermediate') return [hiddenSize, intermediateSize];
    return role === 'output' ? [intermediateSize, hiddenSize] : [hiddenSize, hiddenSize];
  },

  norm(layer, role) {
    if (role === 'embeddingNorm') return 'embeddings.LayerNorm';
    return `encoder.layer.${layer}.${role === 'attentionNorm' ? 'attention.output' : 'output'}.LayerNorm`;
  },

  build(g, config, { inputIds, attentionMask }, layers, weights, hooks) {
    const bias = attentionBias(g, attentionMask);
    const norm = (x: Value, site: NormSite, name: string): Value =>
      layerNorm(
        g,
        x,
        hooks.scale?.(site) ?? weights.stored(`${name}.weight`),
        hooks.bias?.(site) ?? weights.stored(`${name}.bias`),
        config.normEpsilon,
      );
    const embedded = embed(g, inputIds, weights);
    const hiddenStates = [
      g.scope('embeddings', () =>
        norm(embedded, { layer: -1, role: 'embeddingNorm' }, bert.norm(-1, 'embeddingNorm')),
      ),
    ];
    layers.forEach((source, layer) => {
      const dense = (x: Value, role: LinearRole): Value =>
        linear(g, x, { layer, role }, bert.linear(source, role), weights, hooks);
      const x = hiddenStates.at(-1) as Value;
      const next = g.scope(`layer.${layer}`, () => {
        const attended = selfAttention(g, x, config.heads, bias, dense);
        const attention = hooks.sublayer?.(g, layer, 'attention', attended) ?? attended;
        const middle = norm(
          add(g, attention, x),
          { layer, role: 'attentionNorm' },
          bert.norm(source, 'attentionNorm'),
        );
        const fed = dense(activate(g, dense(middle, 'intermediate'), config.activation), 'output');
        const output = hooks.sublayer?.(g, layer, 'feedForward', fed) ?? fed;
        return norm(add(g, output, middle), { layer, role: 'outputNorm' }, bert.norm(source, 'outputNorm'));
      });
      hiddenStates.push(next);
    });
    return { hidden: hiddenStates.at(-1) as Value, hiddenStates };
  },
};

/** Words, positions and token type 0 added up: [batch, tokens, hidden]. */
function embed(g: Graph, inputIds: Value, weights: WeightSource): Value {
  const words = gather(g, weights.stored(bert.pieceWeight), inputIds);
  // A text is one segment, so its type is added to the positions once and for all.
  const places = weights.derived('embeddings.position_and_type', (tensor) =>
    addRow(tensor(bert.positionWeight), tensor('embeddings.token_type_embeddings.weight')),
  );
  const tokens = inputIds.shape[1] ?? 1;
  return add(g, words, slice(g, places, 0, 0, tokens));
}

/** Adds the first row of `row` to all rows of `matrix`. */
function addRow(matrix: TensorData, row: TensorData): TensorData {
  const width = matrix.shape[1] ?? 1;
  const data = Float32Array.from(matrix.data as Float32Array, (x, i) => x + (row.data[i % width] as number));
  return { type: 'float32', shape: matrix.shape, data };
}

function activate(g: Graph, x: Value, activation: Activation): Value {
  if (activation === 'relu') return relu(g, x);
  return gelu(g, x, activation === 'geluTanh' ? 'tanh' : 'none');
}

function normWeights(name: string, size: number): WeightSpec[] {
  return [
    { name: `${name}.weight`, shape: [size] },
    { name: `${name}.bias`, shape: [size] },
  ];
}
