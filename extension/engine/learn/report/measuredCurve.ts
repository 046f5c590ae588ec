import type { LearningCurve } from '../../../protocol/report';
import { percentileInterval } from '../../assess/intervals';
import { accuracyAt, fitPowerLaw, type CurvePoint } from '../../assess/learningCurve';
import { argmaxRows, softmaxRows } from '../../assess/metrics';
import { classOf, labelledTexts, stratifiedFolds, textsByClass, type GivenLabels } from '../dataset';
import { Random } from '../random';
import { termsOf } from '../terms';
import { pickRows } from '../vectors';
import type { Prepared } from '../trainingRun';
import { meaningView } from '../views/meaningView';
import { product } from '../views/powers';
import type { View } from '../views/view';
import { wordsView } from '../views/wordsView';

/** Shares of the labels that are learned from. */
const shares = [0.25, 0.5, 0.75, 1];
const folds = 4;
/** Labels that the curve is measured with, at most; of few, it is measured several times. */
const mostTexts = 1000;
const fewTexts = 200;
const repeats = 3;
const bootstraps = 300;
/** Fewer labels a class, or a wider interval: nothing can be said of more labels. */
const leastOfClass = 5;
const widest = 0.15;
const more = 10;

/**
 * How right regression on meaning and on words is about labels that it has not learned from, with a quarter to all of the others;
 * and what ten more labels a class would bring it. How sure that is, is told by drawing the texts anew (bootstrap).
 * @param pause awaited between pieces of work; throws to cancel
 */
export async function measuredCurve(
  { dataset, vectors, recipe }: Pick<Prepared, 'dataset' | 'vectors' | 'recipe'>,
  pause: () => Promise<void>,
): Promise<LearningCurve> {
  const { seed } = recipe;
  const all = labelledTexts(dataset);
  const smallest = Math.min(...textsByClass(dataset, all).map(({ length }) => length));
  // Without its only label, nothing would be known of a class.
  if (smallest < 2) return { points: [] };
  const texts = Random.of(seed, 'curve').shuffle(all).slice(0, mostTexts);
  const given: GivenLabels = {
    labels: dataset.labels,
    given: texts.map((text) => classOf(dataset, text)),
  };
  const views = [
    meaningView(given, pickRows(vectors, texts)),
    wordsView(given, termsOf(texts.map((text) => dataset.windows[text] ?? [])), seed),
  ];
  const rounds = texts.length <= fewTexts ? repeats : 1;
  const hits = shares.map(() => new Float64Array(texts.length));
  const counts = shares.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    for (const held of stratifiedFolds(given, folds, seed, 'curve', round)) {
      const kept = [...texts.keys()].filter((text) => !held.includes(text));
      for (const [s, share] of shares.entries()) {
        await pause();
        const learned = partOf(given, kept, share, seed, round);
        counts[s] = (counts[s] ?? 0) + learned.length / (folds * rounds);
        const answers = await together(views, learned);
        for (const text of held) {
          if (answers[text] !== given.given[text]) continue;
          const own = hits[s] as Float64Array;
          own[text] = (own[text] as number) + 1 / rounds;
        }
      }
    }
  }
  const pointsOf = (rows: readonly number[]): CurvePoint[] =>
    shares.map((_, s) => ({
      labels: counts[s] as number,
      accuracy: rows.reduce((sum, row) => sum + (hits[s]?.[row] ?? 0), 0) / rows.length,
    }));
  const points = pointsOf([...texts.keys()]);
  const rounded = points.map(({ labels, accuracy }) => ({ labels: Math.round(labels), accuracy }));
  if (smallest < leastOfClass) return { points: rounded };

  const gainOf = (measured: readonly CurvePoint[]): number => {
    const law = fitPowerLaw(measured);
    return accuracyAt(law, all.length + more * dataset.labels.length) - accuracyAt(law, all.length);
  };
  const random = Random.of(seed, 'curve', 'bootstrap');
  const draws = Array.from({ length: bootstraps }, () =>
    gainOf(pointsOf(texts.map(() => random.int(texts.length)))),
  );
  const tenMore = percentileInterval(gainOf(points), draws);
  return { points: rounded, ...(tenMore.high - tenMore.low <= widest && { tenMore }) };
}

/** A share of the texts of each class, one at least; a larger share holds the smaller ones. */
function partOf(
  given: GivenLabels,
  texts: readonly number[],
  share: number,
  seed: number,
  round: number,
): number[] {
  return textsByClass(given, texts).flatMap((own, c) =>
    Random.of(seed, 'curve', round, c)
      .shuffle(own)
      .slice(0, Math.max(1, Math.round(share * own.length))),
  );
}

/** The class that the views together say of each text. */
async function together(views: readonly View[], learned: readonly number[]): Promise<number[]> {
  const answers = [];
  for (const view of views) answers.push(softmaxRows(await view.answers(learned)));
  return argmaxRows(product(answers));
}
