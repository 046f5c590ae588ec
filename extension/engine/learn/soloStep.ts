/** A training step of one student by itself on random tokens: to try a device with, and to time. */
import type { Encoder } from '../encoders/encoder';
import type { Graph } from '../graph/graph';
import type { AdapterFactory } from '../peft/adapter';
import { parameterSpecs, type Member } from '../peft/member';
import { f32, i64, scalar, type Tensor } from '../runtime/tensor';
import { ParameterLayout } from './parameterLayout';
import { Random } from './random';
import { defaultRecipe } from './settings';
import { stepGraph } from './stepGraph';

const classes = 4;

/** What `stepGraph` makes of a student of the lowest layers, and a batch without padding for it. */
export interface SoloStep {
  readonly graph: Graph;
  readonly feeds: Readonly<Record<string, Tensor>>;
}

export interface StepShape {
  /** How many. */
  readonly layers: number;
  readonly batch: number;
  readonly tokens: number;
}

export function soloStep(
  encoder: Encoder,
  adapterOf: AdapterFactory,
  { layers: depth, batch, tokens }: StepShape,
): SoloStep {
  const layers = Array.from({ length: depth }, (_, i) => i);
  const student: Member = { id: 'student', layers, classes, adapter: adapterOf(encoder, layers) };
  const layout = new ParameterLayout(parameterSpecs(student, encoder.hiddenSize));
  const recipe = { ...defaultRecipe, distillation: false, mutual: false, unlabelled: false };
  const random = Random.of('solo step');
  const ids = Array.from({ length: batch * tokens }, () => random.int(encoder.config.vocabularySize));
  const given = f32([batch, classes]);
  for (let row = 0; row < batch; row++) given.data[row * classes + (row % classes)] = 1;
  return {
    graph: stepGraph({ encoder, teacher: undefined, students: [student], layout }, recipe),
    feeds: {
      'input_ids/student': i64([batch, tokens], ids),
      'attention_mask/student': i64([batch, tokens], new Uint8Array(ids.length).fill(1)),
      given,
      spread: f32([batch, classes]),
      'unlabelled_weight/student': f32([batch]),
      'given_weight/student': f32([batch], new Float32Array(batch).fill(1 / batch)),
      mutual: scalar(0),
      learning_rate: scalar(1e-3),
      correction1: scalar(0.1),
      correction2: scalar(0.001),
      // Away from the zeros that training begins with, where most gradients vanish.
      parameters: f32(
        [layout.size],
        layout.initial(1).map((x) => x + 0.02 * random.normal()),
      ),
      moment1: f32([layout.size]),
      moment2: f32([layout.size]),
      gradient_before: f32([layout.size]),
    },
  };
}
