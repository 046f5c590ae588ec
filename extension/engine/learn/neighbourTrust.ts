import { argmaxRows } from '../assess/metrics';
import { classOf, labelledTexts, stratifiedFolds, type Dataset } from './dataset';
import { LogisticRegression } from './logisticRegression';
import { affinityOf, spreadLabels, type Neighbours, type Seed } from './spreading';
import { pickRows, type Vectors } from './vectors';

export interface TrustReport {
  /** How far the neighbours are believed, 0 to 1. */
  readonly trust: number;
  /** Cross-validated accuracy of the spread labels and of logistic regression on the same vectors. */
  readonly spreading: number;
  readonly regression: number;
  /** Cross-validated predictions of logistic regression, of the labelled texts in their order. */
  readonly regressionPredictions: readonly number[];
}

const repeats = 3;
const folds = 5;
const slope = 2;

/** Prior class shares with which spread labels are balanced: those of the given labels. */
export function givenShares(dataset: Dataset): number[] {
  const counts = dataset.labels.map(() => 0);
  const texts = labelledTexts(dataset);
  for (const text of texts) counts[classOf(dataset, text)] = (counts[classOf(dataset, text)] ?? 0) + 1;
  return counts.map((count) => count / texts.length);
}

/** Labelled texts as the seeds that spread. */
export function seedsOf(dataset: Dataset, texts: readonly number[]): Seed[] {
  return texts.map((text) => ({ text, label: classOf(dataset, text) }));
}

/**
 * Whether labels may be spread over neighbours: only where that finds held-out given labels at least as well as
 * logistic regression in the same space does. Both are cross-validated on the given labels; the trust is
 * 1 / (1 + exp(-slope z)), with z the difference of their hits over its standard error.
 */
export function neighbourTrust(
  dataset: Dataset,
  vectors: Vectors,
  neighbours: Neighbours,
  seed: number,
): TrustReport {
  const affinity = affinityOf(neighbours);
  const shares = givenShares(dataset);
  const labelled = labelledTexts(dataset);
  const differences = new Map<number, number[]>();
  const lastPrediction = new Map<number, number>();
  let spreadHits = 0;
  let regressionHits = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const held of stratifiedFolds(dataset, folds, seed, 'trust', repeat)) {
      const kept = labelled.filter((text) => !held.includes(text));
      const spread = argmaxRows(spreadLabels(affinity, seedsOf(dataset, kept), shares));
      const regression = LogisticRegression.fit(
        pickRows(vectors, kept),
        kept.map((text) => classOf(dataset, text)),
        dataset.labels.length,
      );
      const regressed = argmaxRows(regression.logits(pickRows(vectors, held)));
      held.forEach((text, i) => {
        const truth = classOf(dataset, text);
        const bySpreading = spread[text] === truth ? 1 : 0;
        const byRegression = regressed[i] === truth ? 1 : 0;
        spreadHits += bySpreading;
        regressionHits += byRegression;
        differences.set(text, [...(differences.get(text) ?? []), bySpreading - byRegression]);
        lastPrediction.set(text, regressed[i] ?? 0);
      });
    }
  }
  const rounds = labelled.length * repeats;
  const all = [...differences.values()].flat();
  const mean = all.reduce((a, d) => a + d, 0) / all.length;
  const square = all.reduce((a, d) => a + d * d, 0) / all.length;
  const z = mean / Math.sqrt((square + 1 / labelled.length) / labelled.length);
  return {
    trust: 1 / (1 + Math.exp(-slope * z)),
    spreading: spreadHits / rounds,
    regression: regressionHits / rounds,
    regressionPredictions: labelled.map((text) => lastPrediction.get(text) ?? 0),
  };
}
