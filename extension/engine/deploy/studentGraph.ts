/** A student on its own, as the graph that is exported. */
import { textInputs, type Encoder } from '../encoders/encoder';
import type { TextValues } from '../encoders/family';
import { Graph, type TensorData, type Value } from '../graph/graph';
import { mergeAdapter } from '../peft/adapter';
import { memberLogits, parameterSpecs, type Member } from '../peft/member';
import { withEarlyExit, type ExitHead } from './earlyExit';

export interface StudentOptions {
  /** The base model. */
  readonly encoder: Encoder;
  readonly member: Member;
  /** Trained values by the names of `parameterSpecs`, row-major. */
  readonly parameters: (name: string) => Float32Array;
  /** What the logits are divided by, above 0. */
  readonly temperature: number;
  /** Answers before the layers where it is sure; without it all texts go through the layers. */
  readonly exit?: ExitHead | undefined;
}

export interface StudentGraph {
  /** input_ids and attention_mask, both int64 [batch, tokens] -> logits float32 [batch, classes]. */
  readonly graph: Graph;
  /** The classes' own tensors. */
  readonly head: ReadonlySet<Value>;
  /** Just the member's layers. */
  readonly encoder: Encoder;
}

/** What names in the graph begin with. */
const scope = 'student';

/**
 * The member's layers with what was trained merged into their weights as far as its adapter allows; the rest of the
 * adapter stays as nodes. The head is divided by the temperature, so that the softmax of the logits is the
 * calibrated score for whoever runs the graph.
 */
export function studentGraph({
  encoder,
  member,
  parameters,
  temperature,
  exit,
}: StudentOptions): StudentGraph {
  const merged = mergeAdapter(encoder, member.layers, member.adapter, (name) =>
    parameters(`${member.id}/${name}`),
  );
  const student: Member = {
    id: scope,
    layers: Array.from({ length: merged.encoder.layers }, (_, i) => i),
    adapter: merged.adapter,
    classes: member.classes,
  };
  const shapes = new Map(parameterSpecs(student, encoder.hiddenSize).map(({ name, shape }) => [name, shape]));
  const head = new Set<Value>();
  const graph = new Graph();
  const parameter = (name: string): Value => {
    const own = name.slice(scope.length + 1);
    const isHead = own.startsWith('head.');
    const value = graph.sharedConstant(own, (): TensorData => {
      const data = parameters(`${member.id}/${own}`);
      const shape = shapes.get(name) ?? [];
      return { type: 'float32', shape, data: isHead ? data.map((x) => x / temperature) : data.slice() };
    });
    if (isHead) head.add(value);
    return value;
  };
  const inputs = textInputs(graph);
  const deep = (text: TextValues): Value => memberLogits(graph, merged.encoder, student, text, parameter);
  graph.output(exit ? withEarlyExit(graph, merged.encoder, inputs, exit, deep) : deep(inputs), 'logits');
  return { graph, head, encoder: merged.encoder };
}
