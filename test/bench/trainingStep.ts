/** A training step of one member on a batch of one shape, as the engine runs it. */
import type { Encoder } from '../../extension/engine/encoders/encoder';
import { modelBytes } from '../../extension/engine/graph/serialise';
import { inEightBits } from '../../extension/engine/learn/inEightBits';
import type { SoloStep, StepShape } from '../../extension/engine/learn/soloStep';
import { Session } from '../../extension/engine/runtime/session';

export class TrainingStep {
  private constructor(
    private readonly session: Session,
    private readonly feeds: SoloStep['feeds'],
  ) {}

  static async create({ graph, feeds }: SoloStep, eightBit: boolean): Promise<TrainingStep> {
    const model = modelBytes(inEightBits(graph, { device: 'cpu', eightBit }));
    return new TrainingStep(await Session.create(model, { device: 'cpu' }), feeds);
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
export function productsOfStep(encoder: Encoder, { layers, batch, tokens }: StepShape): number {
  const { hiddenSize, intermediateSize } = encoder.config;
  const projections = 2 * 3 * hiddenSize ** 2;
  const dense = projections + 2 * hiddenSize ** 2 + 4 * hiddenSize * intermediateSize;
  const attention = 4 * tokens * hiddenSize;
  return batch * tokens * (2 * layers * dense - projections + 3 * layers * attention);
}
