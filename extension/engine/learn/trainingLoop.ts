import { accuracy, argmaxRows, negativeLogLikelihood } from '../assess/metrics';
import type { MemberSnapshot } from '../../protocol/snapshot';
import { trainedParameterCount } from '../peft/adapter';
import { parameterSpecs } from '../peft/member';
import { noCurves, type Checkpoint, type MemberCurves } from './checkpoint';
import type { CohortReader } from './cohortReader';
import type { CohortTrainer } from './cohortTrainer';
import type { Dataset } from './dataset';
import { heldOutAnswers, type HeldOutAnswers } from './heldOut';
import type { Recipe } from './settings';
import { membersOf, peersOf, type Cohort } from './stepGraph';
import type { StepFigures } from './stepState';

/** Labels that must be held out before stopping and choosing a step may rest on them. */
const enoughHeldOut = 50;
/** Steps over which a curve's point of what steps say is averaged. */
const averagedSteps = 10;

/** Where a loop begins. */
export interface LoopStart {
  readonly resumed?: Checkpoint;
  /** What the teacher's curves already hold, and the steps that they cover. */
  readonly teacherCurves?: MemberCurves;
  readonly stepsBefore: number;
}

export interface LoopEvents {
  /**
   * After each step; the next one comes when it resolves. `members` is new when a look at the held-out labels was taken;
   * `keep` writes a checkpoint out of turn.
   */
  onStep(
    step: number,
    members: readonly MemberSnapshot[] | undefined,
    keep: () => Promise<void>,
  ): void | Promise<void>;
  /** When a checkpoint is due. */
  onCheckpoint(checkpoint: Omit<Checkpoint, 'elapsedMs'>): Promise<void>;
}

/** The steps of the cohort's training, from where it was to the end or to an early stop. */
export class TrainingLoop {
  readonly curves: readonly MemberCurves[];
  private best: Checkpoint['best'];

  constructor(
    private readonly cohort: Cohort,
    private readonly recipe: Recipe,
    private readonly dataset: Dataset,
    private readonly heldOut: readonly ReadonlySet<number>[],
    private readonly trainer: CohortTrainer,
    private readonly reader: CohortReader,
    private readonly start: LoopStart,
  ) {
    const { resumed, teacherCurves } = start;
    this.curves =
      resumed?.curves ??
      membersOf(cohort).map((member) =>
        member === cohort.teacher && teacherCurves ? teacherCurves : noCurves(),
      );
    this.best = resumed?.best;
  }

  /** Runs to the end. @returns the parameters to keep: the best ones where that can be told, else the last */
  async run(events: LoopEvents, signal: AbortSignal): Promise<Float32Array> {
    const { steps, evaluateEvery, checkpointEvery } = this.recipe;
    let last: readonly StepFigures[] = this.start.resumed?.recent ?? [];
    for (let step = this.trainer.steps; step < steps && !this.shouldStop(step);) {
      signal.throwIfAborted();
      last = [...last.slice(1 - averagedSteps), await this.trainer.step()];
      step = this.trainer.steps;
      let members: readonly MemberSnapshot[] | undefined;
      if (step % evaluateEvery === 0 || step === steps) {
        await this.look(step, last, signal);
        members = this.members();
        last = [];
      }
      const keep = async (): Promise<void> =>
        events.onCheckpoint({
          state: await this.trainer.read(),
          best: this.best,
          curves: this.curves,
          recent: last,
        });
      await events.onStep(step, members, keep);
      if (step % checkpointEvery === 0 || step === steps) await keep();
      // Computing blocks the event loop: requests, a cancellation among them, are heard in between.
      await new Promise(setImmediate);
    }
    return this.canTell() && this.best ? this.best.parameters : (await this.trainer.read()).parameters;
  }

  members(): MemberSnapshot[] {
    return membersOf(this.cohort).map((member, m) => {
      const { loss, accuracy, agreement, trusted } = this.curves[m] ?? noCurves();
      return {
        id: member.id,
        layers: member.layers,
        trainedParameters: trainedParameterCount({
          parameters: parameterSpecs(member, this.cohort.encoder.hiddenSize),
        }),
        loss: thinned(loss),
        accuracy: thinned(accuracy),
        agreement: thinned(agreement),
        trusted: thinned(trusted),
        chosen: false,
      };
    });
  }

  /** A look at each member's held-out labels, and at how the last steps went. */
  private async look(step: number, last: readonly StepFigures[], signal: AbortSignal): Promise<void> {
    const { parameters } = await this.trainer.read();
    const answers = await heldOutAnswers(this.reader, parameters, this.dataset, this.heldOut, signal);
    let loss = 0;
    let count = 0;
    this.curves.forEach((curves, m) => {
      const at = step + this.start.stepsBefore;
      curves.loss.push([at, meanOf(last, ({ losses }) => losses[m])]);
      if (this.hasPeers(m)) curves.agreement.push([at, meanOf(last, ({ agreements }) => agreements[m])]);
      if (this.recipe.unlabelled) curves.trusted.push([at, meanOf(last, ({ trusted }) => trusted[m])]);
      const { truth, scores } = answers[m] as HeldOutAnswers;
      if (truth.length === 0) return;
      curves.accuracy.push([at, accuracy(argmaxRows(scores), truth)]);
      loss += negativeLogLikelihood(scores, truth) * truth.length;
      count += truth.length;
    });
    if (count > 0 && (!this.best || loss / count < this.best.loss)) {
      this.best = { step, loss: loss / count, parameters: parameters.slice() };
    }
  }

  /** Whether it learns from unlabelled texts together with others of its kind. */
  private hasPeers(member: number): boolean {
    return this.recipe.unlabelled && peersOf(this.cohort, member).length > 0;
  }

  private canTell(): boolean {
    return this.heldOut.reduce((a, texts) => a + texts.size, 0) >= enoughHeldOut;
  }

  /** Only once the peers count in full, and with enough held-out labels to tell. */
  private shouldStop(step: number): boolean {
    const { patience, evaluateEvery, steps, mutualRamp } = this.recipe;
    if (!this.best || !this.canTell() || step < steps * mutualRamp) return false;
    return step - this.best.step >= patience * evaluateEvery;
  }
}

/** A snapshot goes over two channels many times a second: of more points, every second, fourth, ... one and the last. */
const mostPoints = 500;

/** The same points each time, so that a curve that grows does not flicker. */
export function thinned<T>(points: readonly T[]): T[] {
  let stride = 1;
  while (points.length / stride > mostPoints) stride *= 2;
  return points.filter((_, at) => at % stride === 0 || at === points.length - 1);
}

function meanOf(steps: readonly StepFigures[], figure: (step: StepFigures) => number | undefined): number {
  return steps.reduce((sum, step) => sum + (figure(step) ?? 0), 0) / Math.max(1, steps.length);
}
