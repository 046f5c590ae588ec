/** A run from texts to the exported model, stage by stage. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, CancelledError, messageOf } from '../../protocol/appError';
import type { TrainParams } from '../../protocol/engineApi';
import { fileDigest } from '../../protocol/fileDigest';
import { holdRun } from '../../protocol/runHolder';
import type { TrainResult, TrainSnapshot } from '../../protocol/snapshot';
import { shortenWindows, type Encoder } from '../encoders/encoder';
import { readBase } from '../encoders/readBase';
import type { Tokenizer } from '../encoders/tokenizer';
import { adapters } from '../peft/adapter';
import { parameterSpecs, type Member } from '../peft/member';
import type { DeviceAnswer, DeviceJob } from '../runtime/deviceProcess';
import { chooseDevice, describeSkipped } from '../runtime/devices';
import { DeviceError, deviceNames, shortReason, type SessionDevice } from '../runtime/session';
import { replaceFile } from './atomicFile';
import { runKey, spentOn, type MemberCurves } from './checkpoint';
import { CohortPhases, type Labeller } from './cohortPhases';
import {
  countsOf,
  heldOutOf,
  labelledTexts,
  learnsUnlabelled,
  readDataset,
  teacherFolds,
  unlabelledTexts,
  type Dataset,
} from './dataset';
import { embedWindows } from './embedding';
import { exportChosen } from './exportChosen';
import { fastestDevice } from './fastestDevice';
import { regressionOn, type FirstLabels } from './firstLabels';
import { checkDescriptions } from './labelNames';
import type { LogisticRegression } from './logisticRegression';
import { nearestNeighbours } from './neighbours';
import { PauseGate } from './pauseGate';
import { ParameterLayout } from './parameterLayout';
import { RunProgress } from './runProgress';
import { withFittedHeads } from './fittedHeads';
import { readSeen, type Seen } from './seen';
import { checkSettings, defaultRecipe, resolveRecipe, type Recipe } from './settings';
import { SnapshotKeeper } from './snapshotKeeper';
import { affinityOf, type Affinity } from './spreading';
import { membersOf, type Cohort } from './stepGraph';
import type { TrainingLoop } from './trainingLoop';
import type { Vectors } from './vectors';
import { stageShares, workloadOf } from './workload';
import type { Opinion } from './views/opinion';

export interface RunSurroundings {
  /** Folder of the base model when the settings name none. */
  readonly defaultBase: string;
  /** Milliseconds. */
  readonly now: () => number;
  readonly onProgress: (snapshot: TrainSnapshot) => void;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
  readonly signal: AbortSignal;
  /** Where the run waits while it is paused. */
  readonly gate?: PauseGate;
  /** Runs a graph on a device in a process of its own; without it `auto` is the CPU. */
  readonly tryDevice?: (job: DeviceJob) => Promise<DeviceAnswer>;
  /** Where computed embeddings are kept; the run folder when left out. */
  readonly cacheDir?: string;
  /** Numbers of the recipe that no setting reaches; for benchmarks. */
  readonly overrides?: Partial<Recipe>;
  readonly guide?: Guide;
}

/** Somebody else's say in a run: who labels its texts, and what its students go on with after their last step. */
export interface Guide {
  /** What the run is a function of besides its own parameters. */
  readonly key: unknown;
  readonly label: Labeller;
  /** Hears of the teachers, each of which left out a part of the labels, before `label` is asked. */
  taught(alone: Cohort, teachers: readonly Float32Array[]): void;
  /**
   * Goes on with what was trained, inside of the stage `train`. @returns the same with other parameters, heads included, and the student to
   * export
   */
  improve(
    prepared: Prepared,
    trained: Trained,
    progress: RunProgress,
    signal: AbortSignal,
  ): Promise<{ readonly trained: Trained; readonly student: string }>;
}

/** What the stages before training found out. */
export interface Prepared {
  readonly encoder: Encoder;
  readonly baseDir: string;
  /** SHA-256 of the base model's weights. */
  readonly baseDigest: string;
  readonly tokenizer: Tokenizer;
  readonly dataset: Dataset;
  readonly recipe: Recipe;
  readonly device: SessionDevice;
  readonly vectors: Vectors;
  /** Who is near whom. */
  readonly affinity: Affinity;
  /** Logistic regression on the vectors of all labelled texts. */
  readonly regression: LogisticRegression;
}

/**
 * Trains and exports. A function of the data, the settings and the seed: interrupted at any point and called
 * again with the same parameters, it goes on from its run folder and ends with the same model.
 * @throws AppError, CancelledError
 */
export async function train(params: TrainParams, around: RunSurroundings): Promise<TrainResult> {
  await mkdir(params.runDir, { recursive: true });
  const release = await holdRun(params.runDir);
  return trainHeld(params, around).finally(release);
}

async function trainHeld(params: TrainParams, around: RunSurroundings): Promise<TrainResult> {
  const { signal, now } = around;
  checkSettings(params.settings);
  const descriptions = checkDescriptions(params.descriptions);
  const base = params.settings.base ?? around.defaultBase;
  const { encoder: whole, tokenizer } = await readBase(base);
  const asked = { ...defaultRecipe, ...params.settings, ...around.overrides };
  const { mostUnlabelled, seed } = asked;
  const windowTokens = Math.min(asked.windowTokens, whole.config.maxTokens);
  const encoder = shortenWindows(whole, windowTokens);
  const wanted = { windowTokens, mostUnlabelled, seed, descriptions };
  const dataset = await readDataset(params.dataFile, tokenizer, wanted);
  const recipe = {
    ...resolveRecipe(params.settings, encoder.layers, {
      meanTokens: dataset.meanTokens,
      labelled: labelledTexts(dataset).length,
      unlabelled: unlabelledTexts(dataset).length,
      classes: dataset.labels.length,
    }),
    ...around.overrides,
    windowTokens,
  };
  const cohort = makeCohort(encoder, recipe, dataset.labels.length);
  const baseDigest = await fileDigest(join(base, 'model.safetensors'));
  const said = descriptions.size > 0 && { descriptions: [...descriptions] };
  // Whichever student is exported, all have learned alike: a run that exports another one goes on from the last checkpoint.
  const { student, ...learned } = recipe;
  checkStudent(student, cohort);
  const guided = around.guide && { guide: around.guide.key };
  const key = runKey({
    format: 3,
    digest: dataset.digest,
    base: baseDigest,
    recipe: learned,
    ...said,
    ...guided,
  });
  const resultKey = student === undefined ? key : runKey({ key, student });
  const finished = await readResult(params, resultKey);
  if (finished) return finished;

  const spentMs = await spentOn(params.runDir, key);
  const snapshotFile = join(params.runDir, 'snapshot.json');
  const keeper = new SnapshotKeeper(snapshotFile, around.onProgress, now);
  const progress = new RunProgress({
    runId: params.runId,
    emit: (snapshot) => keeper.take(snapshot),
    now,
    spentMs,
    // Without a checkpoint there is nothing of it to go on with.
    before: spentMs > 0 ? await readJsonIfThere<TrainSnapshot>(snapshotFile) : undefined,
    gate: around.gate ?? new PauseGate(),
    signal,
  });
  try {
    const { device, skipped } =
      recipe.device === 'auto' && around.tryDevice
        ? await fastestDevice(encoder, around.tryDevice)
        : await chooseDevice(recipe.device);
    // Nobody asked for what `auto` leaves out.
    const level = recipe.device === 'auto' ? 'info' : 'warn';
    for (const left of skipped) around.log(level, describeSkipped(left));
    progress.counts = countsOf(dataset);
    if (dataset.leftOut > 0) around.log('info', leftOutSentence(dataset));
    progress.plan(stageShares(workloadOf(dataset, recipe), recipe, encoder.layers));

    const known = { encoder, baseDir: base, baseDigest, tokenizer, dataset, recipe };
    const runOn = async (on: SessionDevice): Promise<TrainResult> => {
      progress.device = on;
      const cacheDir = around.cacheDir ?? params.runDir;
      const prepared = await prepare(cacheDir, { ...known, device: on }, progress, signal);
      const { guide } = around;
      const run = { ...params, key };
      const trained = await trainCohort(prepared, cohort, run, progress, keeper, signal, guide);
      if (!guide) return exportChosen(params, prepared, trained, progress, now, signal);
      const improved = await guide.improve(prepared, trained, progress, signal);
      const chosen = { ...prepared, recipe: { ...recipe, student: improved.student } };
      return exportChosen(params, chosen, improved.trained, progress, now, signal);
    };
    const result = await runOn(device).catch((error: unknown) => {
      if (device === 'cpu' || signal.aborted || isPersons(error)) throw error;
      // Every stage goes on from what it kept: the embeddings, the checkpoints.
      around.log('warn', lostSentence(device, error));
      return runOn('cpu');
    });
    await replaceFile(join(params.runDir, 'result.json'), JSON.stringify({ key: resultKey, result }));
    progress.done(result);
    return result;
  } catch (error) {
    if (signal.aborted) progress.ended('cancelled');
    else progress.ended('failed', failureOf(error));
    throw signal.aborted ? new CancelledError() : error;
  } finally {
    await keeper.store();
  }
}

/** Embeds the texts and finds their neighbours. */
async function prepare(
  cacheDir: string,
  known: Pick<Prepared, 'encoder' | 'baseDir' | 'baseDigest' | 'tokenizer' | 'dataset' | 'recipe' | 'device'>,
  progress: RunProgress,
  signal: AbortSignal,
): Promise<Prepared> {
  const { encoder, baseDigest, tokenizer, dataset, recipe, device } = known;
  const { eightBit } = recipe;
  const cacheKey = runKey({ windows: dataset.windowsDigest, base: baseDigest, eightBit });
  progress.begin('embed', 1);
  let begun = false;
  const vectors = await embedWindows(
    encoder,
    dataset.windows,
    {
      cacheFile: join(cacheDir, `embeddings-${cacheKey.slice(0, 16)}.f32`),
      padId: tokenizer.padId,
      device,
      eightBit,
    },
    signal,
    async (tokens, of) => {
      if (!begun) progress.begin('embed', of);
      begun = true;
      progress.advance(tokens);
      await progress.rest();
    },
  );

  const neighbours = await nearestNeighbours(vectors, recipe.neighbours, device, signal);
  const affinity = affinityOf(neighbours);
  const regression = await regressionOn(dataset, vectors, labelledTexts(dataset));
  return { ...known, vectors, affinity, regression };
}

/** The cohort after its last step. */
export interface Trained {
  readonly cohort: Cohort;
  readonly parameters: Float32Array;
  readonly heldOut: readonly ReadonlySet<number>[];
  /** What the unlabelled texts were learned by; undefined without these. */
  readonly labels: FirstLabels | undefined;
  readonly loop: TrainingLoop;
  /** What they read, where that is known: then their heads are to stay as they are. */
  readonly seen?: Seen;
}

/** First the teacher alone, on the given labels; then all together, on what the neighbours make of its answers. */
async function trainCohort(
  prepared: Prepared,
  cohort: Cohort,
  run: { readonly runDir: string; readonly key: string },
  progress: RunProgress,
  keeper: SnapshotKeeper,
  signal: AbortSignal,
  guide?: Guide,
): Promise<Trained> {
  const { encoder, dataset, recipe } = prepared;
  const heldOut = heldOutOf(dataset, membersOf(cohort).length, recipe);
  const phases = new CohortPhases(prepared, run, progress, keeper, signal);
  const initial = cohort.layout.initial(recipe.seed);
  let teacherCurves: MemberCurves | undefined;
  let taught: Opinion | undefined;

  if (cohort.teacher) {
    const alone = cohortOf(encoder, cohort.teacher, []);
    const parts = learnsUnlabelled(dataset, recipe) ? teacherFolds(dataset, recipe) : heldOut.slice(0, 1);
    const teachers = await phases.teach(alone, parts, initial.slice(0, alone.layout.size));
    initial.set(teachers.parameters);
    teacherCurves = teachers.curves;
    taught = teachers.opinion;
    guide?.taught(alone, teachers.all);
    heldOut[0] = parts[0] as Set<number>;
  }
  const labels = await phases.spread(taught, guide?.label);
  if (cohort.teacher && !labels) {
    // With the given labels alone to learn from, students begin as the teacher's layers, as those of DisCo do.
    for (const student of cohort.students) cohort.layout.inherit(initial, cohort.teacher, student);
  }
  // From heads that already fit the labels, the steps have only to mend what the layers read.
  const ready = labels
    ? await withFittedHeads(
        await readSeen(prepared, { cohort, parameters: initial }, signal),
        prepared,
        { cohort, parameters: initial, heldOut, labels },
        signal,
      )
    : initial;
  const { parameters, reader, loop } = await phases.run('train', {
    cohort,
    heldOut,
    initial: ready,
    steps: recipe.steps,
    spread: labels?.spread,
    ...(teacherCurves && { teacherCurves, stepsBefore: recipe.teachSteps }),
  });
  await reader.dispose();
  return { parameters, loop, cohort, heldOut, labels };
}

/** @throws AppError('settings/invalid') */
function checkStudent(student: string | undefined, { students }: Cohort): void {
  const names = students.map(({ id }) => id);
  if (student === undefined || names.includes(student)) return;
  throw new AppError(
    'settings/invalid',
    `There is no student "${student}" to export; give one of ${names.join(', ')}.`,
  );
}

function makeCohort(encoder: Encoder, recipe: Recipe, classes: number): Cohort {
  const member = (id: string, layers: readonly number[]): Member => ({
    id,
    layers,
    classes,
    adapter: adapters[recipe.adapter](encoder, layers),
  });
  const students = recipe.students.map((layers, i) => member(`student-${i + 1}`, layers));
  const all = Array.from({ length: encoder.layers }, (_, i) => i);
  return cohortOf(encoder, recipe.distillation ? member('teacher', all) : undefined, students);
}

/** The teacher's parameters come first in the layout, whoever else is there. */
function cohortOf(encoder: Encoder, teacher: Member | undefined, students: readonly Member[]): Cohort {
  const members = teacher ? [teacher, ...students] : students;
  const layout = new ParameterLayout(members.flatMap((m) => parameterSpecs(m, encoder.hiddenSize)));
  return { encoder, teacher, students, layout };
}

/** Whether it is something that another device would not mend. */
function isPersons(error: unknown): boolean {
  return AppError.is(error) && !(error instanceof DeviceError);
}

function lostSentence(device: SessionDevice, error: unknown): string {
  return `${deviceNames[device]} failed (${shortReason(error)}); the training goes on on the CPU from where it was.`;
}

function leftOutSentence(dataset: Dataset): string {
  const { unlabelled, leftOut = 0 } = countsOf(dataset);
  return `Learns from ${unlabelled} of ${unlabelled + leftOut} texts without a label, drawn by chance.`;
}

async function readResult(params: TrainParams, key: string): Promise<TrainResult | undefined> {
  const stored = await readJsonIfThere<{ key: string; result: TrainResult }>(
    join(params.runDir, 'result.json'),
  );
  const isWhole = stored && (await readJsonIfThere(join(params.modelDir, 'config.json'))) !== undefined;
  return isWhole && stored.key === key && stored.result.modelDir === params.modelDir
    ? stored.result
    : undefined;
}

/** What this program wrote to a file; undefined where it is not there or torn. */
async function readJsonIfThere<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function failureOf(error: unknown): { code: string; message: string } {
  return AppError.is(error)
    ? { code: error.code, message: error.message }
    : { code: 'engine/bug', message: `The engine failed: ${messageOf(error)}` };
}
