import { join } from 'node:path';
import { softmaxRows, type Scores } from '../assess/metrics';
import { readCheckpoint, writeCheckpoint, type MemberCurves } from './checkpoint';
import { CohortReader } from './cohortReader';
import { CohortTrainer } from './cohortTrainer';
import type { Window } from '../encoders/tokenBatches';
import { answeredTexts, beginnings, labelledTexts, learnsUnlabelled } from './dataset';
import { embedWindows } from './embedding';
import { beginAsRegression, regressionOnWindows } from './firstHead';
import { firstLabels, type FirstLabels, type Labelling } from './firstLabels';
import { labelTexts } from './labelNames';
import type { RunProgress } from './runProgress';
import type { SnapshotKeeper } from './snapshotKeeper';
import { specialTokens, StepFeeds } from './stepFeeds';
import type { Cohort } from './stepGraph';
import { TrainingLoop } from './trainingLoop';
import type { Prepared } from './trainingRun';
import type { Vectors } from './vectors';
import { opinionOfTeachers, type Opinion } from './views/opinion';
import type { View } from './views/view';
import { viewsOf } from './views/views';

/** Who labels the texts without a label from what views and teachers say: see `firstLabels`. */
export type Labeller = (
  prepared: Prepared & Labelling,
  taught: Opinion | undefined,
  pause: () => Promise<void>,
) => Promise<FirstLabels>;

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
  /** Which of several teachers learns. */
  readonly fold?: { readonly index: number; readonly of: number };
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
    const { cohort, heldOut, initial, spread, fold = { index: 0, of: 1 } } = phase;
    const recipe = {
      ...whole,
      device,
      steps: phase.steps,
      labelledBatch: stage === 'teach' ? whole.teachBatch : whole.labelledBatch,
      unlabelled: spread !== undefined,
    };
    const name = fold.index === 0 ? stage : `${stage}-${fold.index + 1}`;
    const file = join(this.place.runDir, `${name}.safetensors`);
    const resumed = await readCheckpoint(file, this.place.key);
    const before = fold.index * phase.steps;
    this.progress.begin(stage, fold.of * phase.steps, before + (resumed?.state.step ?? 0));
    const reader = await CohortReader.create(cohort, tokenizer.padId, { device, eightBit: whole.eightBit });
    const state = resumed?.state ?? CohortTrainer.begin(initial);
    const feeds = new StepFeeds(cohort, recipe, dataset, specialTokens(tokenizer), spread, heldOut);
    let trainer: CohortTrainer | undefined;
    try {
      trainer = await CohortTrainer.create(cohort, recipe, feeds, state);
      const loop = new TrainingLoop(cohort, recipe, dataset, heldOut, trainer, reader, {
        ...(resumed && { resumed }),
        ...(phase.teacherCurves && { teacherCurves: phase.teacherCurves }),
        stepsBefore: phase.stepsBefore ?? 0,
      });
      // A teacher that has learned already shows less than what is to be seen of the run.
      const isMore = stage === 'train' || this.progress.members.length === 0;
      if (fold.index === 0 && isMore) this.progress.members = loop.members();
      const parameters = await loop.run(
        {
          onStep: (step, members, keep) => {
            if (members && fold.index === 0) this.progress.members = members;
            this.progress.advance(before + step, { atOnce: members !== undefined });
            return this.progress.rest(keep);
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
   * Teachers that each leave out a part of the labels, one after the other. The first one goes on with the cohort.
   * @param alone a cohort of the teacher only
   * @returns what they say together; undefined when unlabelled texts are not learned from
   */
  async teach(
    alone: Cohort,
    parts: readonly ReadonlySet<number>[],
    initial: Float32Array,
  ): Promise<{
    parameters: Float32Array;
    curves: MemberCurves;
    opinion: Opinion | undefined;
    /** Of each teacher. */
    all: readonly Float32Array[];
  }> {
    const { dataset, recipe } = this.prepared;
    const labelled = labelledTexts(dataset);
    const results: PhaseResult[] = [];
    // They are one graph with other parameters, so one reader is kept for all.
    let reader: CohortReader | undefined;
    try {
      for (const [index, heldOut] of parts.entries()) {
        const begin = initial.slice();
        const learned = labelled.filter((text) => !heldOut.has(text));
        const first = await regressionOnWindows(this.prepared, learned, this.signal);
        if (alone.teacher) beginAsRegression(first, alone.teacher, alone.layout, begin);
        const fold = { index, of: parts.length };
        const phase = { cohort: alone, heldOut: [heldOut], initial: begin, steps: recipe.teachSteps, fold };
        const result = await this.run('teach', phase);
        results.push(result);
        await reader?.dispose();
        reader = result.reader;
      }
      const { parameters, loop } = results[0] as PhaseResult;
      const opinion =
        reader && learnsUnlabelled(dataset, recipe)
          ? opinionOfTeachers(labelled, parts, await this.answers(reader, results))
          : undefined;
      const all = results.map((result) => result.parameters);
      return { parameters, curves: loop.curves[0] as MemberCurves, opinion, all };
    } finally {
      await reader?.dispose();
    }
  }

  /** What each teacher says of the texts that are learned from: probabilities [texts, classes]; zeros for the others. */
  private async answers(reader: CohortReader, teachers: readonly PhaseResult[]): Promise<Scores[]> {
    const { dataset, recipe } = this.prepared;
    const { texts, windows } = answeredTexts(dataset, recipe);
    const count = windows.flat().length;
    this.progress.begin('spread', teachers.length * count);
    const answers: Scores[] = [];
    for (const [t, { parameters }] of teachers.entries()) {
      const onProgress = (done: number): Promise<void> => {
        this.progress.advance(t * count + done);
        return this.progress.rest();
      };
      const [logits] = await reader.logits(parameters, windows, this.signal, onProgress);
      const { classes, data } = softmaxRows(logits as Scores);
      const all = new Float32Array(dataset.windows.length * classes);
      texts.forEach((text, row) =>
        all.set(data.subarray(row * classes, (row + 1) * classes), text * classes),
      );
      answers.push({ classes, data: all });
    }
    return answers;
  }

  /** Labels for the texts that have none; undefined when those are not learned from. */
  async spread(taught: Opinion | undefined, label: Labeller = firstLabels): Promise<FirstLabels | undefined> {
    const { dataset, recipe } = this.prepared;
    if (!learnsUnlabelled(dataset, recipe)) return undefined;
    const views = await readViews(this.prepared, this.signal);
    const labels = await label({ ...this.prepared, views }, taught, async () => {
      await new Promise(setImmediate);
      this.signal.throwIfAborted();
      await this.progress.rest();
    });
    this.progress.neighbourTrust = labels.trust;
    return labels;
  }
}

/** All views of the texts, the base model's vectors of what else they read among them. */
export async function readViews(
  prepared: Omit<Labelling, 'views'> & Pick<Prepared, 'encoder' | 'tokenizer' | 'device'>,
  signal: AbortSignal,
): Promise<View[]> {
  const { dataset, recipe, encoder, tokenizer, device, vectors, affinity } = prepared;
  const embed = (windows: readonly Window[]): Promise<Vectors> =>
    embedWindows(
      encoder,
      windows.map((window) => [window]),
      { padId: tokenizer.padId, device, eightBit: recipe.eightBit },
      signal,
    );
  const begins = beginnings(dataset);
  const also = {
    named: await embed(dataset.names.flatMap(labelTexts).map(({ window }) => window)),
    beginnings: begins && (await embed(begins)),
  };
  return viewsOf(dataset, vectors, also, affinity, recipe.seed);
}
