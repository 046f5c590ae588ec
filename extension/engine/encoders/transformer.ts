/** What families of transformer encoders have in common: a family says what it has of its own, and the rest is made here. */
import type { Graph, Value } from '../graph/graph';
import type { Attention } from './attention';
import { ConfigFields } from './configFields';
import type { EncoderConfig, EncoderFamily, WeightSource, WeightSpec } from './family';
import type { LinearRole } from './hooks';
import { readSizes, usualKeys, type SizeKeys } from './sizes';
import { buildTransformer } from './transformerGraph';
import { weightSpecs } from './weightSpecs';

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

    weights: (config) => weightSpecs(family, traits, config),

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
