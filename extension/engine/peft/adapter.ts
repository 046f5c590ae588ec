/** Adapters: small sets of trained numbers in an encoder whose own weights stay as they are. Chosen by name. */
import type { AdapterKind } from '../../protocol/engineApi';
import { selectLayers, type Encoder } from '../encoders/encoder';
import type { EncoderHooks } from '../encoders/hooks';
import type { TensorData, Value } from '../graph/graph';
import { bitfit } from './bitfit';
import { houlsby } from './houlsby';
import { lora } from './lora';

/** A tensor that is trained: float32, and what it is before the first step. */
export interface ParameterSpec {
  /** Unique within its adapter: 'layer.0.query.lora_A'. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Zeros, draws from a normal distribution of mean 0 and this standard deviation, or given numbers. */
  readonly init: 'zeros' | { readonly normal: number } | TensorData;
}

/** The trained numbers of a parameter, row-major. */
export type ParameterValues = (name: string) => Float32Array;

export interface Adapter {
  /** 'none' for what is left of an adapter that was merged. */
  readonly kind: AdapterKind | 'none';
  readonly parameters: readonly ParameterSpec[];
  /**
   * What the adapter does to the graph of its layers.
   * @param parameter the tensor of a parameter: an input while it learns, a constant afterwards
   */
  bind(parameter: (name: string) => Value): EncoderHooks;
  /**
   * The weights that stand for encoder and adapter together, by weight name; undefined when no weights can.
   * @param student the adapter's layers as an encoder of their own
   */
  merge(student: Encoder, values: ParameterValues): ReadonlyMap<string, TensorData> | undefined;
}

/**
 * @param layers base layers that the adapter is for, in the order in which they are built
 */
export type AdapterFactory = (encoder: Encoder, layers: readonly number[]) => Adapter;

export const adapters: Readonly<Record<AdapterKind, AdapterFactory>> = {
  lora: (encoder, layers) => lora(encoder, layers),
  bitfit,
  houlsby: (encoder, layers) => houlsby(encoder, layers),
};

/** Changes nothing. */
export const noAdapter: Adapter = {
  kind: 'none',
  parameters: [],
  bind: () => ({}),
  merge: () => new Map(),
};

/** How many numbers the optimizer changes. */
export function trainedParameterCount({ parameters }: Pick<Adapter, 'parameters'>): number {
  return parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

/** A student on its own: an encoder of just its layers, and the adapter that could not be merged into them. */
export interface MergedEncoder {
  readonly encoder: Encoder;
  /** For layers 0 to `encoder.layers - 1`; `noAdapter` where everything could be merged. */
  readonly adapter: Adapter;
}

/** Takes layers out of an encoder and merges what was trained into their weights, as far as the adapter allows. */
export function mergeAdapter(
  encoder: Encoder,
  layers: readonly number[],
  adapter: Adapter,
  values: ParameterValues,
): MergedEncoder {
  const student = selectLayers(encoder, layers);
  const merged = adapter.merge(student, values);
  if (!merged) return { encoder: student, adapter };
  return { encoder: { ...student, tensors: new Map([...student.tensors, ...merged]) }, adapter: noAdapter };
}
