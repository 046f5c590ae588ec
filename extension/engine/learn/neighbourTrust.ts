import { argmaxRows, softmaxRows, type Scores } from '../assess/metrics';
import { classOf, labelledTexts, stratifiedFolds, type Dataset } from './dataset';
import { LogisticRegression } from './logisticRegression';
import { spreadLabels, type Affinity } from './spreading';
import { pickRows, type Vectors } from './vectors';

export interface TrustReport {
  /** How far the neighbours are believed, 0 to 1. */
  readonly trust: number;
  /** Cross-validated predictions of logistic regression, of the labelled texts in their order. */
  readonly regressionPredictions: readonly number[];
}

const folds = 5;
/** Rounds of cross-validation; with many classes one has hits enough. */
const repeats = 3;
const manyClasses = 20;
const slope = 2;

/**
 * Whether labels may flow along neighbours: as far as that finds held-out given labels at least as well as logistic
 * regression in the same space does without. Cross-validated on the given labels; with z the difference of hits over
 * its standard error, the trust is 1 / (1 + exp(-slope (z + 1))): neighbours are believed until they are seen to
 * mislead, for they help where texts form groups, and cost little where they do not.
 */
export function neighbourTrust(
  dataset: Dataset,
  vectors: Vectors,
  affinity: Affinity,
  seed: number,
): TrustReport {
  const labelled = labelledTexts(dataset);
  const classes = dataset.labels.length;
  const differences: number[] = [];
  const predictions = new Map<number, number>();
  for (let repeat = 0; repeat < (classes > manyClasses ? 1 : repeats); repeat++) {
    for (const held of stratifiedFolds(dataset, folds, seed, 'trust', repeat)) {
      const kept = labelled.filter((text) => !held.includes(text));
      const logits = regressionOn(dataset, vectors, kept).logits(vectors);
      const alone = argmaxRows(logits);
      const smoothed = argmaxRows(
        spreadLabels(affinity, withGiven(dataset, kept, softmaxRows(logits)), spreadAlpha(1), 20),
      );
      for (const text of held) {
        const truth = classOf(dataset, text);
        differences.push(Number(smoothed[text] === truth) - Number(alone[text] === truth));
        predictions.set(text, alone[text] ?? 0);
      }
    }
  }
  const mean = differences.reduce((a, d) => a + d, 0) / differences.length;
  const square = differences.reduce((a, d) => a + d * d, 0) / differences.length;
  const z = mean / Math.sqrt((square + 1 / labelled.length) / labelled.length);
  return {
    trust: 1 / (1 + Math.exp(-slope * (z + 1))),
    regressionPredictions: labelled.map((text) => predictions.get(text) ?? 0),
  };
}

/** The share of the neighbours' word: a little where they are not trusted, most of it where they are. */
export function spreadAlpha(trust: number): number {
  return 0.5 + 0.4 * trust;
}

/** Logistic regression on the vectors of these labelled texts. */
export function regressionOn(
  dataset: Dataset,
  vectors: Vectors,
  texts: readonly number[],
): LogisticRegression {
  return LogisticRegression.fit(
    pickRows(vectors, texts),
    texts.map((text) => classOf(dataset, text)),
    dataset.labels.length,
  );
}

/** Predictions of all texts, with certainty in place of them where `texts` have a given label. */
export function withGiven(dataset: Dataset, texts: readonly number[], { classes, data }: Scores): Scores {
  const known = data.slice();
  for (const text of texts) {
    known.fill(0, text * classes, (text + 1) * classes);
    known[text * classes + classOf(dataset, text)] = 1;
  }
  return { classes, data: known };
}
