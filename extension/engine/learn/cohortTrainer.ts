import { modelBytes } from '../graph/serialise';
import { openSession, type SkippedDevice } from '../runtime/devices';
import type { Session, SessionDevice } from '../runtime/session';
import { scalar, type Tensor } from '../runtime/tensor';
import { inEightBits } from './inEightBits';
import { beta1, beta2 } from './optimizer';
import { learningRateAt, rampAt } from './schedule';
import type { Recipe } from './settings';
import type { StepFeeds } from './stepFeeds';
import { stepGraph, type Cohort } from './stepGraph';
import { stateOutputs, StepState, type StepFigures, type TrainerState } from './stepState';

/** Runs the step graph, step by step. */
export class CohortTrainer {
  private constructor(
    private readonly session: Session,
    readonly device: SessionDevice,
    readonly skipped: readonly SkippedDevice[],
    private readonly recipe: Recipe,
    private readonly feeds: StepFeeds,
    private readonly state: StepState,
  ) {}

  static async create(
    cohort: Cohort,
    recipe: Recipe,
    feeds: StepFeeds,
    state: TrainerState,
  ): Promise<CohortTrainer> {
    const { session, device, skipped } = await openSession(
      modelBytes(inEightBits(stepGraph(cohort, recipe), recipe)),
      recipe.device,
      { keepOnDevice: stateOutputs },
    );
    return new CohortTrainer(session, device, skipped, recipe, feeds, new StepState(session, state));
  }

  /** The state before the first step. */
  static begin(parameters: Float32Array): TrainerState {
    const zeros = (): Float32Array => new Float32Array(parameters.length);
    return { step: 0, parameters, moment1: zeros(), moment2: zeros() };
  }

  /** Steps that were taken. */
  get steps(): number {
    return this.state.steps;
  }

  /** The state in the host's memory; what it holds may be written over by the step after the next. */
  read(): Promise<TrainerState> {
    return this.state.read();
  }

  /** One optimizer step. @returns each member's figures, teacher first */
  step(): Promise<StepFigures> {
    return this.state.advance(this.feeds.at(this.steps), this.rates(this.steps));
  }

  async dispose(): Promise<void> {
    this.state.dispose();
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
