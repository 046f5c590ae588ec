import { argmaxRows, softmaxRows, type Scores } from '../assess/metrics';
import type { ExitHead } from '../deploy/earlyExit';
import { LogisticRegression } from './logisticRegression';
import { Random } from './random';
import { pickRows, pickScores, type Vectors } from './vectors';

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
 * An exit that answers as the student does: logistic regression of the student's probabilities on the embeddings. Its
 * threshold is the lowest at which texts that it did not learn from agree with the student as they shall.
 * @param features [texts, hidden], of `exitFeatures`
 * @param probabilities the student's, calibrated: [texts, classes]
 * @returns undefined when few texts could leave, or when there are few
 */
export async function fitExit(
  features: Vectors,
  probabilities: Scores,
  seed: number,
): Promise<ExitHead | undefined> {
  const { classes, data } = probabilities;
  if (data.length < fewestTexts * classes) return undefined;
  const rows = Random.of(seed, 'exit').shuffle(argmaxRows(probabilities).map((_, row) => row));
  const fit = (learned: readonly number[]): Promise<LogisticRegression> =>
    LogisticRegression.fit(pickRows(features, learned), pickScores(probabilities, learned), {
      c,
      iterations: 40,
    });
  const answers: Answer[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const held = rows.filter((_, i) => i % folds === fold);
    const model = await fit(rows.filter((_, i) => i % folds !== fold));
    const own = softmaxRows(model.logits(pickRows(features, held)));
    const truth = argmaxRows(pickScores(probabilities, held));
    argmaxRows(own).forEach((label, i) =>
      answers.push({ sureness: own.data[i * classes + label] ?? 0, agrees: label === truth[i] }),
    );
  }
  const threshold = lowestThreshold(answers);
  return threshold === undefined ? undefined : { ...(await fit(rows)).layer, threshold };
}

/** What an exit would say of a text, and whether the student says so too. */
interface Answer {
  readonly sureness: number;
  readonly agrees: boolean;
}

function lowestThreshold(answers: readonly Answer[]): number | undefined {
  const sorted = answers.toSorted((a, b) => b.sureness - a.sureness);
  let agreed = 0;
  let leaving = 0;
  sorted.forEach(({ agrees }, i) => {
    agreed += Number(agrees);
    if (agreed >= agreement * (i + 1)) leaving = i + 1;
  });
  return leaving < leastLeaving * sorted.length ? undefined : sorted[leaving - 1]?.sureness;
}
