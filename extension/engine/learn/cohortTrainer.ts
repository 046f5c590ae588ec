import { modelBytes } from '../graph/serialise';
import { openSession, type SkippedDevice } from '../runtime/devices';
import type { Session, SessionDevice } from '../runtime/session';
import { f32, floats, scalar, type Tensor } from '../runtime/tensor';
import { inEightBits } from './inEightBits';
import { beta1, beta2 } from './optimizer';
import { learningRateAt, rampAt } from './schedule';
import type { Recipe } from './settings';
import type { StepFeeds } from './stepFeeds';
import { membersOf, stepGraph, type Cohort } from './stepGraph';

/** What an interrupted run needs to go on as if nothing had happened. */
export interface TrainerState {
  readonly step: number;
  /** Each [parameters]. */
  readonly parameters: Float32Array;
  readonly moment1: Float32Array;
  readonly moment2: Float32Array;
}

/** Runs the step graph, and keeps parameters and moments. */
export class CohortTrainer {
  private spare: TrainerState;
  /** Two, since a run writes into one what it adds to the other. */
  private readonly gradients: readonly [Float32Array, Float32Array];

  private constructor(
    private readonly session: Session,
    readonly device: SessionDevice,
    readonly skipped: readonly SkippedDevice[],
    private readonly cohort: Cohort,
    private readonly recipe: Recipe,
    private readonly feeds: StepFeeds,
    private current: TrainerState,
  ) {
    const { size } = cohort.layout;
    this.spare = emptyState(size);
    this.gradients = [new Float32Array(size), new Float32Array(size)];
  }

  static async create(
    cohort: Cohort,
    recipe: Recipe,
    feeds: StepFeeds,
    state: TrainerState,
  ): Promise<CohortTrainer> {
    const { session, device, skipped } = await openSession(
      modelBytes(inEightBits(stepGraph(cohort, recipe), recipe)),
      recipe.device,
    );
    return new CohortTrainer(session, device, skipped, cohort, recipe, feeds, state);
  }

  /** The state before the first step. */
  static begin(parameters: Float32Array): TrainerState {
    return { ...emptyState(parameters.length), parameters: parameters.slice() };
  }

  get state(): TrainerState {
    return this.current;
  }

  /** One optimizer step. @returns each member's loss, teacher first */
  async step(): Promise<number[]> {
    const { step, parameters, moment1, moment2 } = this.current;
    const vector = (data: Float32Array): Tensor => f32([parameters.length], data);
    const next = this.spare;
    const renewed = {
      'parameters.next': vector(next.parameters),
      'moment1.next': vector(next.moment1),
      'moment2.next': vector(next.moment2),
    };
    const state = {
      ...this.rates(step),
      parameters: vector(parameters),
      moment1: vector(moment1),
      moment2: vector(moment2),
    };
    const losses = membersOf(this.cohort).map(() => 0);
    const parts = this.feeds.at(step);
    let [gradient, spare] = this.gradients;
    gradient.fill(0);
    for (const [i, part] of parts.entries()) {
      const outputs = await this.session.run(
        { ...part, ...state, gradient_before: vector(gradient) },
        { losses: null, gradient: vector(spare), ...(i === parts.length - 1 && renewed) },
      );
      [gradient, spare] = [spare, gradient];
      floats(outputs['losses']).forEach((loss, m) => (losses[m] = (losses[m] ?? 0) + loss));
    }
    this.spare = this.current;
    this.current = { ...next, step: step + 1 };
    return losses;
  }

  async dispose(): Promise<void> {
    await this.session.dispose();
  }

  private rates(step: number): Record<string, Tensor> {
    const { steps, learningRate, warmup, mutualShare, mutualRamp } = this.recipe;
    return {
      mutual: scalar(mutualShare * rampAt(step, steps, mutualRamp)),
      learning_rate: scalar(learningRateAt(step, steps, learningRate, warmup)),
      correction1: scalar(1 - beta1 ** (step + 1)),
      correction2: scalar(1 - beta2 ** (step + 1)),
    };
  }
}

function emptyState(size: number): TrainerState {
  return {
    step: 0,
    parameters: new Float32Array(size),
    moment1: new Float32Array(size),
    moment2: new Float32Array(size),
  };
}
