/** What the rest of the engine asks of a kind of encoder. One file a family; `families.ts` is their table. */
import type { Graph, TensorData, Value } from '../graph/graph';
import type { EncoderHooks, LinearRole, NormRole } from './hooks';
import type { JsonObject } from './jsonFile';

/** The sizes and choices of an encoder, under the same names for all families. */
export interface EncoderConfig {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly activation: Activation;
  readonly normEpsilon: number;
  readonly vocabularySize: number;
  /** The longest window it has positions for, special tokens included. */
  readonly maxTokens: number;
  readonly typeVocabularySize: number;
}

export type Activation = 'gelu' | 'geluTanh' | 'relu';

export interface WeightSpec {
  /** Hugging Face name without the task model's prefix ('encoder.layer.0.output.dense.weight'). */
  readonly name: string;
  readonly shape: readonly number[];
}

export interface TextValues {
  /** int64 [batch, tokens] */
  readonly inputIds: Value;
  /** int64 [batch, tokens]; 1 for a token, 0 for padding. */
  readonly attentionMask: Value;
}

/** Where a family's graph gets its tensors from. */
export interface WeightSource {
  /** A tensor as it is stored. */
  stored(name: string): Value;
  /** The weight of a linear layer, stored [out, in], as [in, out]. */
  transposed(name: string): Value;
  /** A constant that is made of stored tensors. */
  derived(name: string, make: (tensor: (name: string) => TensorData) => TensorData): Value;
}

export interface BuiltEncoder {
  /** float32 [batch, tokens, hidden] */
  readonly hidden: Value;
  /** The embeddings' output, then each layer's; the last one is `hidden`. */
  readonly hiddenStates: readonly Value[];
}

export interface EncoderFamily {
  /** `model_type` of config.json. */
  readonly name: string;
  /** What a task model puts before the encoder's weight names: 'bert.'. */
  readonly prefix: string;
  /** Reads config.json. @throws AppError('encoders/config') naming what is not supported */
  config(json: JsonObject, path: string): EncoderConfig;
  /** config.json for an encoder of other sizes, e.g. fewer layers. */
  configJson(json: JsonObject, config: EncoderConfig): JsonObject;
  /** Every tensor that `build` needs for all layers. */
  weights(config: EncoderConfig): WeightSpec[];
  /** The tensor that has a row for each piece of the vocabulary. */
  readonly pieceWeight: string;
  /** The tensor that has a row for each place in a window. */
  readonly positionWeight: string;
  /** Names of one layer's tensors begin with this. */
  layerPrefix(layer: number): string;
  /** 'encoder.layer.0.attention.self.query': with '.weight' and '.bias' the tensors of a linear layer. */
  linear(layer: number, role: LinearRole): string;
  /** [in, out] */
  linearSize(config: EncoderConfig, role: LinearRole): readonly [number, number];
  /** As `linear`, of a layer normalisation. */
  norm(layer: number, role: NormRole): string;
  /** Adds the graph of the given layers, in the given order. */
  build(
    g: Graph,
    config: EncoderConfig,
    text: TextValues,
    layers: readonly number[],
    weights: WeightSource,
    hooks: EncoderHooks,
  ): BuiltEncoder;
}
