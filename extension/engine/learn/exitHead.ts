import { argmaxRows, softmaxRows, type Scores } from '../assess/metrics';
import { exitFeatures, type ExitHead } from '../deploy/earlyExit';
import { studentGraph, type StudentOptions } from '../deploy/studentGraph';
import type { Window } from '../encoders/tokenBatches';
import { LogisticRegression } from './logisticRegression';
import { Random } from './random';
import { readRows, type ReadingPlace } from './readRows';
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
  { seed, ...place }: ReadingPlace & Pick<Recipe, 'seed'>,
  signal: AbortSignal,
): Promise<ExitHead | undefined> {
  if (windows.length < fewestTexts) return undefined;
  const { graph, encoder } = studentGraph(student);
  const [inputIds, attentionMask] = graph.inputs;
  if (!inputIds || !attentionMask) throw new Error('A student reads tokens and their mask.');
  graph.output(exitFeatures(graph, encoder, { inputIds, attentionMask }), 'features');
  const rows = await readRows(graph, windows, place, signal);
  const [features, logits] = [rows.get('features'), rows.get('logits')];
  if (!features || !logits) throw new Error('A student has features and logits.');
  return fitExit(features, softmaxRows({ classes: logits.size, data: logits.data }), seed);
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
