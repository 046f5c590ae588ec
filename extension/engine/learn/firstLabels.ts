import { oneHotRows, softmaxRows, type Scores } from '../assess/metrics';
import { alignShares, sharesOf, withShares } from './classShares';
import { classOf, labelledTexts, stratifiedFolds, textsByClass, type Dataset } from './dataset';
import { LogisticRegression } from './logisticRegression';
import { neighbourTrust } from './neighbourTrust';
import { Random } from './random';
import { sharpen, spreadLabels } from './spreading';
import type { Prepared } from './trainingRun';
import { pickRows, pickScores, type Vectors } from './vectors';

/** How far the neighbours are heard where they are believed not at all, and in full. */
const leastAlpha = 0.5;
const mostAlpha = 0.9;
/** For the given labels spread alone, which have to reach far (Zhou et al. 2004). */
const farAlpha = 0.99;
/** Rounds in which logistic regression learns from the labels and gives new ones; the gain is spent after these. */
const rounds = 3;
/** What is enough for it: texts that it learns from, and iterations. */
const roundTexts = 4096;
const roundIterations = 30;

type Labelling = Pick<Prepared, 'dataset' | 'vectors' | 'affinity' | 'regression' | 'recipe'>;

export interface FirstLabels {
  /** Labels of all texts: [texts, classes], sharpened. */
  readonly spread: Scores;
  /** How far the neighbours were believed, 0 to 1. */
  readonly trust: number;
}

/**
 * The first labels of the unlabelled texts. The teacher's answers (those of logistic regression where there is no
 * teacher) are smoothed over the neighbours. Where these are believed, two more views have their say, each smoothed as
 * well: logistic regression on the base model's vectors, and the given labels by themselves. Views are multiplied,
 * each to its share. The classes' shares in the result are drawn to those of the given labels as far as the neighbours
 * are believed. Then rounds of self-training mend what neighbours and a linear view of all labels do not confirm.
 * @param answers [texts, classes]; zeros for texts that the teacher was not asked of
 * @param pause awaited between pieces of work, each of a second or two for some thousand texts; throws to cancel
 */
export async function firstLabels(
  prepared: Labelling,
  answers: Scores | undefined,
  pause: () => Promise<void>,
): Promise<FirstLabels> {
  const { dataset, vectors, affinity, recipe } = prepared;
  const regression = softmaxRows(prepared.regression.logits(vectors));
  const first = answers ?? regression;
  const trust = neighbourTrust(affinity, first);
  const views = [{ share: 1, scores: smoothed(prepared, first, alphaAt(trust)) }];
  if (trust > 0) {
    views.push(
      { share: trust, scores: smoothed(prepared, regression, mostAlpha) },
      { share: trust, scores: spreadLabels(affinity, seeds(dataset), farAlpha) },
    );
  }
  const labelled = labelledTexts(dataset);
  const shares = textsByClass(dataset, labelled).map((texts) => texts.length / labelled.length);
  const labels = alignShares(sharpen(geometricMean(views), recipe.neighbourSharpening), shares, trust);
  return { spread: await selfTrained(prepared, labels, trust, pause), trust };
}

/** Labels that logistic regression learns from and gives anew, where neighbours are believed by more than half. */
async function selfTrained(
  prepared: Labelling,
  labels: Scores,
  trust: number,
  pause: () => Promise<void>,
): Promise<Scores> {
  const renewedShare = Math.max(0, 2 * trust - 1);
  if (renewedShare === 0) return labels;
  const { dataset, vectors, recipe } = prepared;
  // The shares stay as they are now: drawn to the given ones again and again, they would leave those of the texts.
  const wanted = sharesOf(labels);
  const learned = Random.of(recipe.seed, 'self-training')
    .shuffle(dataset.windows.map((_, text) => text))
    .slice(0, roundTexts);
  const learnedVectors = pickRows(vectors, learned);
  for (let round = 0; round < rounds; round++) {
    await pause();
    const targets = pickScores(labels, learned);
    const model = await LogisticRegression.fit(learnedVectors, targets, { iterations: roundIterations });
    await pause();
    const answers = smoothed(prepared, softmaxRows(model.logits(vectors)), alphaAt(trust));
    const renewed = sharpen(answers, recipe.neighbourSharpening);
    const both = [
      { share: 1 - renewedShare, scores: labels },
      { share: renewedShare, scores: renewed },
    ];
    labels = withShares(geometricMean(both), wanted);
  }
  return labels;
}

/** What texts and their neighbours say together. */
function smoothed({ dataset, affinity }: Labelling, answers: Scores, alpha: number): Scores {
  return spreadLabels(affinity, withGiven(dataset, labelledTexts(dataset), answers), alpha);
}

function alphaAt(trust: number): number {
  return leastAlpha + (mostAlpha - leastAlpha) * trust;
}

/** Cross-validated answers of logistic regression, of the labelled texts in their order. */
export async function crossValidatedRegression(
  dataset: Dataset,
  vectors: Vectors,
  seed: number,
): Promise<number[]> {
  const labelled = labelledTexts(dataset);
  const predicted = new Map<number, number>();
  for (const held of stratifiedFolds(dataset, 5, seed, 'regression')) {
    const kept = labelled.filter((text) => !held.includes(text));
    const model = await regressionOn(dataset, vectors, kept);
    const { classes, data } = model.logits(pickRows(vectors, held));
    held.forEach((text, row) => {
      const scores = data.subarray(row * classes, (row + 1) * classes);
      predicted.set(text, scores.indexOf(Math.max(...scores)));
    });
  }
  return labelled.map((text) => predicted.get(text) ?? 0);
}

/** Logistic regression on the vectors of these labelled texts. */
export function regressionOn(
  dataset: Dataset,
  vectors: Vectors,
  texts: readonly number[],
): Promise<LogisticRegression> {
  return LogisticRegression.fit(
    pickRows(vectors, texts),
    oneHotRows(
      texts.map((text) => classOf(dataset, text)),
      dataset.labels.length,
    ),
  );
}

/** Answers for all texts, with certainty in place of them where `texts` have a given label. */
function withGiven(dataset: Dataset, texts: readonly number[], { classes, data }: Scores): Scores {
  const known = data.slice();
  for (const text of texts) {
    known.fill(0, text * classes, (text + 1) * classes);
    known[text * classes + classOf(dataset, text)] = 1;
  }
  return { classes, data: known };
}

/** The given labels alone; each class has the same mass, however many labels it has. */
function seeds(dataset: Dataset): Scores {
  const classes = dataset.labels.length;
  const data = new Float32Array(dataset.windows.length * classes);
  textsByClass(dataset, labelledTexts(dataset)).forEach((texts, c) => {
    for (const text of texts) data[text * classes + c] = 1 / texts.length;
  });
  return { classes, data };
}

function geometricMean(views: readonly { readonly share: number; readonly scores: Scores }[]): Scores {
  const total = views.reduce((a, { share }) => a + share, 0);
  const { classes, data } = views[0]?.scores ?? { classes: 1, data: new Float32Array() };
  const logs = data.map((_, i) =>
    views.reduce((a, { share, scores }) => a + (share / total) * Math.log(scores.data[i] || 1e-9), 0),
  );
  return softmaxRows({ classes, data: logs });
}
