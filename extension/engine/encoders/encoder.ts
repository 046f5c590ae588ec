/** An encoder: the weights of a Hugging Face folder, and the graph that is built from any of its layers. */
import { join } from 'node:path';
import { AppError } from '../../protocol/appError';
import { cast, div, mul } from '../graph/arithmetic';
import type { Graph, TensorData, Value } from '../graph/graph';
import { gather } from '../graph/indexing';
import { unsqueeze } from '../graph/layout';
import { reduceSum } from '../graph/reduce';
import { familyOf } from './families';
import type {
  BuiltEncoder,
  EncoderConfig,
  EncoderFamily,
  LayerAttention,
  TextValues,
  WeightSource,
} from './family';
import type { EncoderHooks } from './hooks';
import { readJsonFile, type JsonObject } from './jsonFile';
import { loadWeights } from './loadWeights';
import { transposedWeight } from './transposed';

/** Weights and how they connect. A value: changing an encoder gives a new one that shares what did not change. */
export interface Encoder {
  readonly config: EncoderConfig;
  readonly family: EncoderFamily;
  readonly hiddenSize: number;
  /** Number of layers. */
  readonly layers: number;
  /** float32 tensors by Hugging Face name without the task model's prefix; linear weights are [out, in]. */
  readonly tensors: ReadonlyMap<string, TensorData>;
  /** Where pieces share rows of the embeddings: int32 [vocabulary], the row of each piece. */
  readonly rowOfPiece?: TensorData;
  /** config.json, for the export. */
  readonly json: JsonObject;
}

export interface BuildOptions extends TextValues {
  /** Base layers in the order in which they are applied; [] gives the embeddings. */
  readonly layers: readonly number[];
  readonly adapter?: EncoderHooks | undefined;
  /**
   * Makes a weight part of the graph. By default a constant that is stored once a graph, however many encoders
   * of the graph have it: so teacher and students share the base model's weights.
   */
  readonly weight?: ((name: string, make: () => TensorData) => Value) | undefined;
}

/**
 * Reads `config.json` and `model.safetensors`.
 * @throws AppError('encoders/...') naming the file and what is wrong
 */
export async function loadEncoder(dir: string): Promise<Encoder> {
  const path = join(dir, 'config.json');
  const json = await readJsonFile(path, 'encoders/config');
  if (!json) {
    throw new AppError(
      'encoders/config',
      `${dir} has no config.json; choose a folder in the Hugging Face layout.`,
    );
  }
  const family = familyOf(json['model_type'], path);
  const config = family.config(json, path);
  const tensors = await loadWeights(dir, family.weights(config), family.prefix);
  return { config, family, hiddenSize: config.hiddenSize, layers: config.layers, tensors, json };
}

/** What a graph that reads texts is fed by `tokenFeeds`: inputs `input_ids` and `attention_mask`. */
export function textInputs(g: Graph): TextValues {
  return {
    inputIds: g.input('input_ids', 'int64', ['batch', 'tokens']),
    attentionMask: g.input('attention_mask', 'int64', ['batch', 'tokens']),
  };
}

/**
 * Adds an encoder to a graph.
 * @throws AppError('encoders/layers') when a layer is asked for that the encoder does not have
 */
export function buildEncoder(g: Graph, encoder: Encoder, options: BuildOptions): BuiltEncoder {
  checkLayers(encoder, options.layers);
  const weight = options.weight ?? ((name, make) => g.sharedConstant(name, make));
  const tensor = (name: string): TensorData => tensorOf(encoder, name);
  const weights: WeightSource = {
    has: (name) => encoder.tensors.has(name),
    stored: (name) => weight(name, () => tensor(name)),
    transposed: (name) => weight(`${name}.transposed`, () => transposedWeight(tensor(name))),
    derived: (name, make) => weight(name, () => make(tensor)),
  };
  const { config, family, rowOfPiece } = encoder;
  const { attentionMask, layers, adapter = {} } = options;
  const inputIds = rowOfPiece
    ? gather(
        g,
        weight('row_of_piece', () => rowOfPiece),
        options.inputIds,
      )
    : options.inputIds;
  return family.build(g, config, { inputIds, attentionMask }, layers, weights, adapter);
}

/** Mean of the tokens that are not padding: [batch, tokens, hidden] -> [batch, hidden]. */
export function meanPool(g: Graph, hidden: Value, attentionMask: Value): Value {
  const mask = unsqueeze(g, cast(g, attentionMask, 'float32'), [2]);
  return div(g, reduceSum(g, mul(g, hidden, mask), [1]), reduceSum(g, mask, [1]));
}

/**
 * An encoder of some of the layers, numbered anew from 0: what a student is when it leaves its teacher.
 * @throws AppError('encoders/layers')
 */
export function selectLayers(encoder: Encoder, layers: readonly number[]): Encoder {
  checkLayers(encoder, layers);
  const { family } = encoder;
  const all = Array.from({ length: encoder.layers }, (_, i) => family.layerPrefix(i));
  const tensors = new Map(
    [...encoder.tensors].filter(([name]) => !all.some((prefix) => name.startsWith(prefix))),
  );
  layers.forEach((source, layer) => {
    const prefix = family.layerPrefix(source);
    for (const [name, tensor] of encoder.tensors) {
      if (name.startsWith(prefix)) tensors.set(family.layerPrefix(layer) + name.slice(prefix.length), tensor);
    }
  });
  const { layerAttention, ...same } = encoder.config;
  const config: EncoderConfig = {
    ...same,
    layers: layers.length,
    ...(layerAttention && {
      layerAttention: layers.map((source) => layerAttention[source] as LayerAttention),
    }),
  };
  return {
    ...encoder,
    config,
    layers: layers.length,
    tensors,
    json: family.configJson(encoder.json, config),
  };
}

/** An encoder for windows of at most `maxTokens` tokens: without the rows of further places. */
export function shortenWindows(encoder: Encoder, maxTokens: number): Encoder {
  const { family } = encoder;
  const config = { ...encoder.config, maxTokens };
  const rows = Array.from({ length: config.firstPosition + maxTokens }, (_, row) => row);
  const shorter = family.positionWeight ? withRows(encoder, family.positionWeight, rows) : encoder;
  return { ...shorter, config, json: family.configJson(encoder.json, config) };
}

/** Which rows of the embeddings are kept, and the place among them that each piece of the vocabulary has. */
export interface SharedPieces {
  readonly kept: readonly number[];
  /** [vocabulary] */
  readonly rowOfPiece: Int32Array;
}

/** An encoder with fewer rows of embeddings than pieces. It reads the same tokens. */
export function sharePieces(encoder: Encoder, { kept, rowOfPiece }: SharedPieces): Encoder {
  return {
    ...withRows(encoder, encoder.family.pieceWeight, kept),
    rowOfPiece: { type: 'int32', shape: [rowOfPiece.length], data: rowOfPiece },
  };
}

/** The encoder with some of the rows of a tensor, in the given order. */
function withRows(encoder: Encoder, name: string, rows: readonly number[]): Encoder {
  return {
    ...encoder,
    tensors: new Map([...encoder.tensors, [name, pickRows(tensorOf(encoder, name), rows)]]),
  };
}

function pickRows({ shape, data }: TensorData, rows: readonly number[]): TensorData {
  const [, width = 1] = shape;
  const picked = new Float32Array(rows.length * width);
  rows.forEach((from, to) =>
    picked.set((data as Float32Array).subarray(from * width, (from + 1) * width), to * width),
  );
  return { type: 'float32', shape: [rows.length, width], data: picked };
}

/** One of the encoder's tensors. @throws Error when there is none of that name: a bug */
export function tensorOf(encoder: Encoder, name: string): TensorData {
  const tensor = encoder.tensors.get(name);
  if (!tensor) throw new Error(`The encoder has no tensor "${name}".`);
  return tensor;
}

function checkLayers(encoder: Encoder, layers: readonly number[]): void {
  const missing = layers.find((layer) => !Number.isInteger(layer) || layer < 0 || layer >= encoder.layers);
  if (missing === undefined) return;
  throw new AppError(
    'encoders/layers',
    `The base model has no layer ${missing}; its layers are 0 to ${encoder.layers - 1}.`,
  );
}
