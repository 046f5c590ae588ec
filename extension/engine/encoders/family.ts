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
  /** The row of the positions that a window's first token has. */
  readonly firstPosition: number;
  /** 0 where there are no token types. */
  readonly typeVocabularySize: number;
  /** Which parts have bias vectors. */
  readonly biases: Readonly<Record<'norm' | 'attention' | 'feedForward', boolean>>;
  /** Of each layer, where layers differ in it. */
  readonly layerAttention?: readonly LayerAttention[];
}

/** How a layer attends, by rotary positions. */
export interface LayerAttention {
  /** Hugging Face's name of it. */
  readonly type: 'full_attention' | 'sliding_attention';
  /** Base of the rotation's angles. */
  readonly theta: number;
  /** Places before and after its own that a token sees; undefined for all. */
  readonly reach?: number;
}

export type Activation = 'gelu' | 'geluTanh' | 'relu';

export interface WeightSpec {
  /** Hugging Face name without the task model's prefix ('encoder.layer.0.output.dense.weight'). */
  readonly name: string;
  readonly shape: readonly number[];
  /** Where the file has it below others of its shape in one tensor: that tensor's name, and which part of how many it is. */
  readonly within?: { readonly name: string; readonly part: number; readonly parts: number };
}

export interface TextValues {
  /** int64 [batch, tokens] */
  readonly inputIds: Value;
  /** int64 [batch, tokens]; 1 for a token, 0 for padding. */
  readonly attentionMask: Value;
}

/** Where a family's graph gets its tensors from. */
export interface WeightSource {
  /** Whether the encoder has a tensor of this name. */
  has(name: string): boolean;
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
  /** Its classifier in Hugging Face's libraries: 'BertForSequenceClassification'. */
  readonly architecture: string;
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
  /** The tensor that has a row for each place in a window; undefined where attention alone knows of places. */
  readonly positionWeight: string | undefined;
  /** Normalisations outside the layers. */
  readonly outerNorms: readonly NormRole[];
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
