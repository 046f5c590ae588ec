import { join } from 'node:path';
import { softmaxRows, type Scores } from '../assess/metrics';
import { readCheckpoint, writeCheckpoint, type MemberCurves } from './checkpoint';
import { CohortReader } from './cohortReader';
import { CohortTrainer } from './cohortTrainer';
import { answeredTexts, unlabelledTexts } from './dataset';
import { firstLabels } from './firstLabels';
import type { RunProgress } from './runProgress';
import type { SnapshotKeeper } from './snapshotKeeper';
import { StepFeeds } from './stepFeeds';
import type { Cohort } from './stepGraph';
import { TrainingLoop } from './trainingLoop';
import type { Prepared } from './trainingRun';

/** Who learns in a phase, from what, and where they begin. */
export interface Phase {
  readonly cohort: Cohort;
  readonly heldOut: readonly ReadonlySet<number>[];
  /** [parameters] */
  readonly initial: Float32Array;
  readonly steps: number;
  /** Labels of all texts; without them the unlabelled texts are not learned from. */
  readonly spread?: Scores | undefined;
  /** What the teacher's curves already hold, and the steps that they cover. */
  readonly teacherCurves?: MemberCurves;
  readonly stepsBefore?: number;
}

export interface PhaseResult {
  readonly parameters: Float32Array;
  /** The caller disposes it. */
  readonly reader: CohortReader;
  readonly loop: TrainingLoop;
}

/** The phases of a run: each has a checkpoint of its own, goes on from it, and is skipped once it is over. */
export class CohortPhases {
  constructor(
    private readonly prepared: Prepared,
    private readonly place: { readonly runDir: string; readonly key: string },
    private readonly progress: RunProgress,
    private readonly keeper: SnapshotKeeper,
    private readonly signal: AbortSignal,
  ) {}

  async run(stage: 'teach' | 'train', phase: Phase): Promise<PhaseResult> {
    const { tokenizer, dataset, device, recipe: whole } = this.prepared;
    const { cohort, heldOut, initial, spread } = phase;
    const recipe = {
      ...whole,
      device,
      steps: phase.steps,
      labelledBatch: stage === 'teach' ? whole.teachBatch : whole.labelledBatch,
      unlabelled: spread !== undefined,
    };
    const file = join(this.place.runDir, `${stage}.safetensors`);
    const resumed = await readCheckpoint(file, this.place.key);
    this.progress.begin(stage, phase.steps);
    const reader = await CohortReader.create(cohort, tokenizer.padId, { device, eightBit: whole.eightBit });
    const tokens = {
      pad: tokenizer.padId,
      mask: tokenizer.maskId,
      special: new Set(tokenizer.window([])),
    };
    const state = resumed?.state ?? CohortTrainer.begin(initial);
    const feeds = new StepFeeds(cohort, recipe, dataset, tokens, spread, heldOut);
    let trainer: CohortTrainer | undefined;
    try {
      trainer = await CohortTrainer.create(cohort, recipe, feeds, state);
      const loop = new TrainingLoop(cohort, recipe, dataset, heldOut, trainer, reader, {
        ...(resumed && { resumed }),
        ...(phase.teacherCurves && { teacherCurves: phase.teacherCurves }),
        stepsBefore: phase.stepsBefore ?? 0,
      });
      this.progress.members = loop.members();
      const parameters = await loop.run(
        {
          onStep: (step, members) => {
            if (members) this.progress.members = members;
            this.progress.advance(step, { atOnce: members !== undefined });
          },
          onCheckpoint: async (checkpoint) => {
            const elapsedMs = this.progress.elapsedMs;
            await writeCheckpoint(file, this.place.key, { ...checkpoint, elapsedMs });
            await this.keeper.store();
          },
        },
        this.signal,
      );
      return { parameters, reader, loop };
    } catch (error) {
      await reader.dispose();
      throw error;
    } finally {
      await trainer?.dispose();
    }
  }

  /**
   * What the teacher says of the texts that are learned from, [texts, classes]; zeros for the others. Undefined when
   * unlabelled texts are not learned from.
   */
  async answers({ reader, parameters }: PhaseResult): Promise<Scores | undefined> {
    const { dataset, recipe } = this.prepared;
    if (!recipe.unlabelled || unlabelledTexts(dataset).length === 0) return undefined;
    const { texts, windows } = answeredTexts(dataset, recipe);
    this.progress.begin('spread', windows.flat().length);
    const onProgress = (done: number): void => this.progress.advance(done);
    const [logits] = await reader.logits(parameters, windows, this.signal, onProgress);
    if (!logits) return undefined;
    const { classes, data } = softmaxRows(logits);
    const all = new Float32Array(dataset.windows.length * classes);
    texts.forEach((text, row) => all.set(data.subarray(row * classes, (row + 1) * classes), text * classes));
    return { classes, data: all };
  }

  /** Labels for the texts that have none; undefined when those are not learned from. */
  async spread(taught: Scores | undefined): Promise<Scores | undefined> {
    const { dataset, recipe } = this.prepared;
    if (!recipe.unlabelled || unlabelledTexts(dataset).length === 0) return undefined;
    const { spread, trust } = await firstLabels(this.prepared, taught, async () => {
      await new Promise(setImmediate);
      this.signal.throwIfAborted();
    });
    this.progress.neighbourTrust = trust;
    return spread;
  }
}
