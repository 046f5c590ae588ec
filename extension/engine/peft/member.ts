import { buildEncoder, meanPool, type Encoder } from '../encoders/encoder';
import type { TextValues } from '../encoders/family';
import { add } from '../graph/arithmetic';
import type { Graph, Value } from '../graph/graph';
import { matmul } from '../graph/matrix';
import { layerNorm } from '../graph/neural';
import type { Adapter, ParameterSpec } from './adapter';

/** One model that learns: layers of the base model, an adapter, and a head of its own. */
export interface Member {
  /** 'teacher', 'student-1', ... */
  readonly id: string;
  readonly layers: readonly number[];
  readonly adapter: Adapter;
  readonly classes: number;
}

/** Everything that the optimizer changes in a member; names are unique within the cohort. */
export function parameterSpecs(member: Member, hiddenSize: number): ParameterSpec[] {
  const head: ParameterSpec[] = [
    { name: 'head.weight', shape: [hiddenSize, member.classes], init: 'zeros' },
    { name: 'head.bias', shape: [member.classes], init: 'zeros' },
  ];
  return [...member.adapter.parameters, ...head].map((spec) => ({
    ...spec,
    name: `${member.id}/${spec.name}`,
  }));
}

/**
 * Logits [batch, classes]: what the head makes of the member's features.
 * @param parameter the tensor of this name of `parameterSpecs`: an input while it learns, a constant afterwards
 */
export function memberLogits(
  g: Graph,
  encoder: Encoder,
  member: Member,
  inputs: TextValues,
  parameter: (name: string) => Value,
): Value {
  const features = memberFeatures(g, encoder, member, inputs, parameter);
  const own = (name: string): Value => parameter(`${member.id}/${name}`);
  return g.scope(member.id, () => add(g, matmul(g, features, own('head.weight')), own('head.bias')));
}

/** Features [batch, hidden]: mean-pooled, layer-normalised output of the member's layers. */
export function memberFeatures(
  g: Graph,
  encoder: Encoder,
  member: Member,
  { inputIds, attentionMask }: TextValues,
  parameter: (name: string) => Value,
): Value {
  return g.scope(member.id, () => {
    const { hidden } = buildEncoder(g, encoder, {
      inputIds,
      attentionMask,
      layers: member.layers,
      adapter: member.adapter.bind((name) => parameter(`${member.id}/${name}`)),
    });
    return textFeatures(g, hidden, attentionMask);
  });
}

/** What a head reads: the mean over the tokens, layer-normalised without scale and shift; [batch, hidden]. */
export function textFeatures(g: Graph, hidden: Value, attentionMask: Value): Value {
  const pooled = meanPool(g, hidden, attentionMask);
  const size = Number(hidden.shape.at(-1));
  const filled = (name: string, value: number): Value =>
    g.sharedConstant(`${name}.${size}`, () => ({
      type: 'float32',
      shape: [size],
      data: new Float32Array(size).fill(value),
    }));
  return layerNorm(g, pooled, filled('ones', 1), filled('zeros', 0), 1e-5);
}
