import { argmaxRows, softmaxRows, type Scores } from '../assess/metrics';
import type { ExitHead } from '../deploy/earlyExit';
import type { StudentOptions } from '../deploy/studentGraph';
import { LogisticRegression } from './logisticRegression';
import { Random } from './random';
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

/** A student's answers, [texts, classes], from what its head reads. */
export function answersOf(
  { size, data }: Vectors,
  { member: { id, classes }, parameters, temperature }: Omit<StudentOptions, 'encoder'>,
): Scores {
  const [weight, bias] = [parameters(`${id}/head.weight`), parameters(`${id}/head.bias`)];
  const logits = Float32Array.from({ length: (data.length / size) * classes }, (_, i) => {
    const [at, label] = [Math.floor(i / classes) * size, i % classes];
    let sum = bias[label] as number;
    for (let j = 0; j < size; j++) sum += (data[at + j] as number) * (weight[j * classes + label] as number);
    return sum / temperature;
  });
  return softmaxRows({ classes, data: logits });
}

/**
 * An exit that answers as the student does: logistic regression of the student's probabilities on the embeddings. Its
 * threshold is the lowest at which texts that it did not learn from agree with the student as they shall.
 * @param features [texts, hidden], of `exitFeatures`
 * @param probabilities the student's, calibrated: [texts, classes]
 * @returns undefined when few texts could leave, or when there are few
 */
export function fitExit(features: Vectors, probabilities: Scores, seed: number): ExitHead | undefined {
  const { classes, data } = probabilities;
  if (data.length < fewestTexts * classes) return undefined;
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
