/** A training step of one member on a batch of one shape, as the engine runs it. */
import type { Encoder } from '../../extension/engine/encoders/encoder';
import { modelBytes } from '../../extension/engine/graph/serialise';
import { eightBitForward } from '../../extension/engine/learn/eightBitForward';
import { ParameterLayout } from '../../extension/engine/learn/parameterLayout';
import { Random } from '../../extension/engine/learn/random';
import { defaultRecipe } from '../../extension/engine/learn/settings';
import { stepGraph } from '../../extension/engine/learn/stepGraph';
import type { Adapter } from '../../extension/engine/peft/adapter';
import { parameterSpecs } from '../../extension/engine/peft/member';
import { Session } from '../../extension/engine/runtime/session';
import { f32, i64, scalar, type Tensor } from '../../extension/engine/runtime/tensor';

export interface Shape {
  readonly layers: number;
  readonly batch: number;
  readonly tokens: number;
}

const classes = 4;

export class TrainingStep {
  private constructor(
    private readonly session: Session,
    private readonly feeds: Record<string, Tensor>,
  ) {}

  static async create(
    encoder: Encoder,
    adapter: Adapter,
    { layers, batch, tokens }: Shape,
    { eightBit }: { readonly eightBit: boolean },
  ): Promise<TrainingStep> {
    const student = { id: 'student', layers: Array.from({ length: layers }, (_, i) => i), classes, adapter };
    const layout = new ParameterLayout(parameterSpecs(student, encoder.hiddenSize));
    const recipe = { ...defaultRecipe, distillation: false, mutual: false, unlabelled: false };
    const graph = stepGraph({ encoder, teacher: undefined, students: [student], layout }, recipe);
    const session = await Session.create(modelBytes(eightBit ? eightBitForward(graph, 'cpu') : graph), {
      device: 'cpu',
    });
    const random = Random.of('training step');
    const given = f32([batch, classes]);
    for (let row = 0; row < batch; row++) given.data[row * classes + (row % classes)] = 1;
    const vector = (): Tensor => f32([layout.size]);
    return new TrainingStep(session, {
      'input_ids/student': i64(
        [batch, tokens],
        Array.from({ length: batch * tokens }, () => random.int(encoder.config.vocabularySize)),
      ),
      attention_mask: i64([batch, tokens], new Uint8Array(batch * tokens).fill(1)),
      given,
      spread: f32([batch, classes]),
      is_unlabelled: f32([batch]),
      'learns/student': f32([batch], new Float32Array(batch).fill(1)),
      mutual: scalar(0),
      learning_rate: scalar(1e-3),
      correction1: scalar(0.1),
      correction2: scalar(0.001),
      parameters: f32([layout.size], layout.initial(1)),
      moment1: vector(),
      moment2: vector(),
    });
  }

  /** @returns milliseconds */
  async run(): Promise<number> {
    const start = performance.now();
    await this.session.run(this.feeds, ['losses', 'parameters.next', 'moment1.next', 'moment2.next']);
    return performance.now() - start;
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }
}

/**
 * Floating-point operations of the products of a step: forward, and backward to the lowest layer's queries, keys and
 * values, below which nothing is trained. The adapter's own products are small and not counted.
 */
export function productsOfStep(encoder: Encoder, { layers, batch, tokens }: Shape): number {
  const { hiddenSize, intermediateSize } = encoder.config;
  const projections = 2 * 3 * hiddenSize ** 2;
  const dense = projections + 2 * hiddenSize ** 2 + 4 * hiddenSize * intermediateSize;
  const attention = 4 * tokens * hiddenSize;
  return batch * tokens * (2 * layers * dense - projections + 3 * layers * attention);
}
