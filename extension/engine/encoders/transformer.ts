/** What families of transformer encoders have in common: a family says what it has of its own, and the rest is made here. */
import type { Graph, Value } from '../graph/graph';
import type { Attention } from './attention';
import { ConfigFields } from './configFields';
import type { EncoderConfig, EncoderFamily, WeightSource, WeightSpec } from './family';
import { linearRoles, type LinearRole, type NormRole } from './hooks';
import { readSizes, usualKeys, type SizeKeys } from './sizes';
import { buildTransformer } from './transformerGraph';

/** Hugging Face's names of tensors, without '.weight' and '.bias'. */
export interface TensorNames {
  readonly pieces: string;
  /** Undefined where attention alone knows of places. */
  readonly positions?: string;
  readonly tokenTypes?: string;
  readonly embeddingNorm: string;
  /** What the names of the layers' tensors begin with, before the layer's number: 'encoder.layer'. */
  readonly layers: string;
  readonly linear: Readonly<Record<LinearRole, string>>;
  readonly attentionNorm: string;
  readonly outputNorm: string;
  /** Linear layers that the file has below each other in one. */
  readonly fused?: { readonly name: string; readonly roles: readonly LinearRole[] };
}

export interface TransformerTraits {
  readonly name: string;
  readonly architecture: string;
  readonly prefix: string;
  readonly names: TensorNames;
  /** What config.json calls the sizes, where that is unusual. */
  readonly keys?: Partial<SizeKeys>;
  /** Refuses what is not built, and reads what only this family has. */
  config(fields: ConfigFields, sizes: EncoderConfig): EncoderConfig;
  /**
   * Where each half of a layer normalises its input and not its sum with it (Xiong et al. 2020, "On Layer Normalization in the
   * Transformer Architecture"): the name of the normalisation after the last layer.
   */
  readonly finalNorm?: string;
  /** Whether the feed-forward part multiplies what it activates by a gate. */
  readonly gated?: boolean;
  /** Tensors besides those of embeddings and layers. */
  weights?(config: EncoderConfig): WeightSpec[];
  /** What attention knows besides the padding, of a layer of the base model. @param padding [batch, 1, 1, tokens] */
  attention?(
    g: Graph,
    config: EncoderConfig,
    padding: Value,
    weights: WeightSource,
  ): (layer: number) => Attention;
}

export function transformer(traits: TransformerTraits): EncoderFamily {
  const { names, finalNorm } = traits;
  const keys = { ...usualKeys, ...traits.keys };
  const preNorm = finalNorm !== undefined;

  const linearWeights = (config: EncoderConfig, layer: number, role: LinearRole): WeightSpec[] => {
    const [size, outputSize] = family.linearSize(config, role);
    const isFeedForward = role === 'intermediate' || role === 'output';
    const hasBias = config.biases[isFeedForward ? 'feedForward' : 'attention'];
    const place = names.fused?.roles.indexOf(role) ?? -1;
    const spec = (part: 'weight' | 'bias', shape: readonly number[]): WeightSpec => ({
      name: `${family.linear(layer, role)}.${part}`,
      shape,
      ...(names.fused &&
        place >= 0 && {
          within: {
            name: `${family.layerPrefix(layer)}${names.fused.name}.${part}`,
            part: place,
            parts: names.fused.roles.length,
          },
        }),
    });
    const weight = spec('weight', [outputSize, size]);
    return hasBias ? [weight, spec('bias', [outputSize])] : [weight];
  };

  const family: EncoderFamily = {
    name: traits.name,
    architecture: traits.architecture,
    prefix: traits.prefix,
    pieceWeight: `${names.pieces}.weight`,
    positionWeight: names.positions && `${names.positions}.weight`,
    outerNorms: preNorm ? ['embeddingNorm', 'finalNorm'] : ['embeddingNorm'],

    config(json, path) {
      const fields = new ConfigFields(json, path);
      return traits.config(fields, readSizes(fields, keys));
    },

    configJson: (json, { layers, maxTokens, firstPosition, layerAttention }) => ({
      ...json,
      [keys.layers]: layers,
      [keys.positions]: maxTokens + firstPosition,
      ...(layerAttention && { layer_types: layerAttention.map(({ type }) => type) }),
    }),

    weights(config) {
      const { hiddenSize, biases } = config;
      const table = (name: string, rows: number): WeightSpec => ({
        name: `${name}.weight`,
        shape: [rows, hiddenSize],
      });
      const normWeights = (layer: number, role: NormRole): WeightSpec[] =>
        (biases.norm ? ['weight', 'bias'] : ['weight']).map((part) => ({
          name: `${family.norm(layer, role)}.${part}`,
          shape: [hiddenSize],
        }));
      return [
        table(names.pieces, config.vocabularySize),
        ...(names.positions ? [table(names.positions, config.maxTokens + config.firstPosition)] : []),
        ...(names.tokenTypes ? [table(names.tokenTypes, config.typeVocabularySize)] : []),
        ...family.outerNorms.flatMap((role) => normWeights(-1, role)),
        ...(traits.weights?.(config) ?? []),
        ...Array.from({ length: config.layers }, (_, layer) => [
          ...linearRoles.flatMap((role) => linearWeights(config, layer, role)),
          // What the first layer reads is normalised already.
          ...(preNorm && layer === 0 ? [] : normWeights(layer, 'attentionNorm')),
          ...normWeights(layer, 'outputNorm'),
        ]).flat(),
      ];
    },

    layerPrefix: (layer) => `${names.layers}.${layer}.`,

    linear: (layer, role) => family.layerPrefix(layer) + names.linear[role],

    linearSize({ hiddenSize, intermediateSize }, role) {
      if (role === 'intermediate')
        return [hiddenSize, traits.gated ? 2 * intermediateSize : intermediateSize];
      return role === 'output' ? [intermediateSize, hiddenSize] : [hiddenSize, hiddenSize];
    },

    norm(layer, role) {
      if (role === 'embeddingNorm') return names.embeddingNorm;
      if (role !== 'finalNorm') return family.layerPrefix(layer) + names[role];
      if (finalNorm === undefined) throw new Error(`"${traits.name}" has no normalisation after its layers.`);
      return finalNorm;
    },

    build: (g, config, text, layers, weights, hooks) =>
      buildTransformer(g, { ...traits, family }, config, text, layers, weights, hooks),
  };
  return family;
}
