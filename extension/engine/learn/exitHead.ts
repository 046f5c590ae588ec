import { argmaxRows, softmaxRows, type Scores } from '../assess/metrics';
import { exitFeatures, type ExitHead } from '../deploy/earlyExit';
import { studentGraph, type StudentOptions } from '../deploy/studentGraph';
import { readingBatches, type Window } from '../encoders/tokenBatches';
import { modelBytes } from '../graph/serialise';
import { Session, type SessionDevice } from '../runtime/session';
import { floats } from '../runtime/tensor';
import { inEightBits } from './inEightBits';
import { LogisticRegression } from './logisticRegression';
import { Random } from './random';
import type { Recipe } from './settings';
import { pickRows, type Vectors } from './vectors';

/** Of the texts that leave early, the share that shall have the student's own label. */
const agreement = 0.985;
/** It is not worth its nodes when a smaller share of the texts leaves. */
const leastLeaving = 0.1;
/** Fewer texts cannot tell how many of those that leave agree. */
const fewestTexts = 200;
const folds = 3;
/** Inverse strength of the penalty, for features of length 1. */
const c = 30;

/**
 * Asks the student of windows, and fits an exit to its answers.
 * @returns undefined when few texts could leave, or when there are few
 */
export async function exitFor(
  student: StudentOptions,
  windows: readonly Window[],
  {
    padId,
    seed,
    ...place
  }: Pick<Recipe, 'eightBit' | 'seed'> & {
    readonly device: SessionDevice;
    readonly padId: number;
  },
  signal: AbortSignal,
): Promise<ExitHead | undefined> {
  if (windows.length < fewestTexts) return undefined;
  const { graph, encoder } = studentGraph(student);
  const [inputIds, attentionMask] = graph.inputs;
  if (!inputIds || !attentionMask) throw new Error('A student reads tokens and their mask.');
  graph.output(exitFeatures(graph, encoder, { inputIds, attentionMask }), 'features');
  const { classes } = student.member;
  const size = encoder.hiddenSize;
  const features = { size, data: new Float32Array(windows.length * size) };
  const logits = { classes, data: new Float32Array(windows.length * classes) };
  const session = await Session.create(modelBytes(inEightBits(graph, place)), place);
  try {
    for (const { batch, feeds } of readingBatches(windows, padId)) {
      await new Promise(setImmediate);
      signal.throwIfAborted();
      const outputs = await session.run(feeds);
      const rows = [floats(outputs['features']), floats(outputs['logits'])] as const;
      batch.forEach((window, row) => {
        features.data.set(rows[0].subarray(row * size, (row + 1) * size), window * size);
        logits.data.set(rows[1].subarray(row * classes, (row + 1) * classes), window * classes);
      });
    }
  } finally {
    await session.dispose();
  }
  return fitExit(features, softmaxRows(logits), seed);
}

/**
 * An exit that answers as the student does: logistic regression of the student's probabilities on the embeddings. Its
 * threshold is the lowest at which texts that it did not learn from agree with the student as they shall.
 * @param features [windows, hidden], of `exitFeatures`
 * @param probabilities the student's, calibrated: [windows, classes]
 * @returns undefined when few texts could leave
 */
export function fitExit(features: Vectors, probabilities: Scores, seed: number): ExitHead | undefined {
  const { classes, data } = probabilities;
  const rows = Random.of(seed, 'exit').shuffle(argmaxRows(probabilities).map((_, row) => row));
  const fit = (learned: readonly number[]): LogisticRegression =>
    LogisticRegression.fit(
      pickRows(features, learned),
      { classes, data: pickRows({ size: classes, data }, learned).data },
      { c, iterations: 40 },
    );
  const answers = Array.from({ length: folds }, (_, fold) => {
    const held = rows.filter((_, i) => i % folds === fold);
    const model = fit(rows.filter((_, i) => i % folds !== fold));
    const own = softmaxRows(model.logits(pickRows(features, held)));
    const truth = argmaxRows({ classes, data: pickRows({ size: classes, data }, held).data });
    return argmaxRows(own).map((label, i) => ({
      sureness: own.data[i * classes + label] ?? 0,
      agrees: label === truth[i],
    }));
  }).flat();
  const threshold = lowestThreshold(answers);
  return threshold === undefined ? undefined : { ...fit(rows).layer, threshold };
}

function lowestThreshold(
  answers: readonly { readonly sureness: number; readonly agrees: boolean }[],
): number | undefined {
  const sorted = answers.toSorted((a, b) => b.sureness - a.sureness);
  let agreed = 0;
  let leaving = 0;
  sorted.forEach(({ agrees }, i) => {
    agreed += Number(agrees);
    if (agreed >= agreement * (i + 1)) leaving = i + 1;
  });
  return leaving < leastLeaving * sorted.length ? undefined : sorted[leaving - 1]?.sureness;
}
