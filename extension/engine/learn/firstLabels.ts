import { argmaxRows, oneHotRows, softmaxRows, type Scores } from '../assess/metrics';
import { alignShares, sharesOf, withShares } from './classShares';
import { classOf, labelledTexts, stratifiedFolds, textsByClass, type Dataset } from './dataset';
import { LogisticRegression } from './logisticRegression';
import { neighbourTrust } from './neighbourTrust';
import { Random } from './random';
import { sharpen, spreadLabels } from './spreading';
import type { Prepared } from './trainingRun';
import { pickRows, pickScores, type Vectors } from './vectors';
import { apart, type Apart } from './views/apart';
import { opinionOf, type Opinion } from './views/opinion';
import type { View } from './views/view';
import { agreementWithOthers, fitPowers, product, tempered } from './views/powers';

/** How far the neighbours are heard where they are believed in full. */
export const mostAlpha = 0.9;
/** What a view that is not believed is heard, beside one that is. */
const leastPower = 0.02;
/** Rounds in which logistic regression learns from the labels and gives new ones; the gain is spent after these. */
const rounds = 3;
/** What is enough for it: texts that it learns from, and iterations. */
const roundTexts = 4096;
const roundIterations = 30;

export type Labelling = Pick<Prepared, 'dataset' | 'vectors' | 'affinity' | 'recipe'> & {
  readonly views: readonly View[];
};

export interface FirstLabels {
  /** Labels of all texts: [texts, classes], sharpened. */
  readonly spread: Scores;
  /** What the views say together, as sure as the given labels allow: probabilities [texts, classes]. */
  readonly calibrated: Scores;
  readonly apart: Apart;
  /** Each as sure as it is right, and the power to which it is heard. */
  readonly opinions: readonly Opinion[];
  readonly powers: readonly number[];
  /** How far the neighbours were believed, 0 to 1. */
  readonly trust: number;
}

/**
 * The first labels of the unlabelled texts: what the teacher and all other views say together. How far each view is heard
 * follows from the labelled texts that it did not learn from; where neighbours are believed, from its agreement with the other
 * views on all texts as well. As far as neighbours are believed, each view's answers are smoothed over them, and the
 * classes' shares in the result are drawn to those of the given labels. Then rounds of self-training mend what neighbours and a linear
 * view of all labels do not confirm.
 * @param pause awaited between pieces of work, each of a second or two for some thousand texts; throws to cancel
 */
export async function firstLabels(
  prepared: Labelling,
  teacher: Opinion | undefined,
  pause: () => Promise<void>,
): Promise<FirstLabels> {
  return labelsFrom(prepared, await opinionsOf(prepared, teacher, pause), pause);
}

/** The teacher's opinion and that of each view, as sure as they come. */
export async function opinionsOf(
  { dataset, views, recipe }: Pick<Labelling, 'dataset' | 'views' | 'recipe'>,
  teacher: Opinion | undefined,
  pause: () => Promise<void>,
): Promise<Opinion[]> {
  const labelled = labelledTexts(dataset);
  const opinions = teacher ? [teacher] : [];
  for (const view of views) opinions.push(await opinionOf(view, dataset, labelled, recipe.seed, pause));
  return opinions;
}

/** `firstLabels` of these opinions, as sure as they come. */
export async function labelsFrom(
  prepared: Omit<Labelling, 'views'>,
  untempered: readonly Opinion[],
  pause: () => Promise<void>,
): Promise<FirstLabels> {
  const { dataset, affinity, recipe } = prepared;
  const labelled = labelledTexts(dataset);
  const truth = labelled.map((text) => classOf(dataset, text));
  const opinions = untempered.map((opinion) => tempered(opinion, truth));
  const answers = opinions.map((opinion) => opinion.answers);
  const heldOut = opinions.map((opinion) => opinion.heldOut);

  const agreement = agreementWithOthers(answers);
  let powers = await fitPowers(heldOut, truth, expectedPowers(opinions, agreement, 0));
  let trust = neighbourTrust(affinity, product(answers, powers));
  if (trust > 0) {
    // Heard by what neighbours tell, the views say more surely whether neighbours are right.
    powers = await fitPowers(heldOut, truth, expectedPowers(opinions, agreement, trust));
    trust = Math.max(trust, neighbourTrust(affinity, product(answers, powers)));
  }
  await pause();
  const calibrated = product(answers, powers);
  const smoothed = opinions.map(({ id, answers: own }) =>
    trust === 0 || id === 'neighbours' ? own : smooth(prepared, own, mostAlpha * trust),
  );
  const shares = textsByClass(dataset, labelled).map((texts) => texts.length / labelled.length);
  const sharp = sharpen(product(smoothed, powers), recipe.neighbourSharpening);
  const labels = alignShares(sharp, shares, trust);
  const meaning = opinions.find(({ id }) => id === 'meaning');
  const canMend = meaning && !isWorse(meaning.heldOut, product(heldOut, powers), truth);
  const renewed = canMend ? Math.max(0, 2 * trust - 1) : 0;
  const spread = await selfTrained(prepared, labels, { share: renewed, trust }, pause);
  const labelsApart = await apart(untempered, truth, expectedPowers(opinions, agreement, trust));
  return { spread, calibrated, apart: labelsApart, opinions, powers, trust };
}

/**
 * Where neighbours are not believed, all views are heard alike but theirs; where they are, each by how far it agrees with the
 * others, which tells then.
 */
function expectedPowers(opinions: readonly Opinion[], agreement: readonly number[], trust: number): number[] {
  const powers = opinions.map(
    ({ id }, v) => (agreement[v] ?? 0) ** trust * (id === 'neighbours' ? Math.max(leastPower, trust) : 1),
  );
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Whether a view is worse than another by more than chance explains (McNemar 1947, at two standard deviations). */
function isWorse(view: Scores, than: Scores, truth: readonly number[]): boolean {
  const [own, other] = [argmaxRows(view), argmaxRows(than)];
  const lost = truth.filter((c, row) => own[row] !== c && other[row] === c).length;
  const won = truth.filter((c, row) => own[row] === c && other[row] !== c).length;
  return lost - won > 2 * Math.sqrt(lost + won);
}

/** Labels that logistic regression learns from and gives anew, each time by a share. */
async function selfTrained(
  prepared: Omit<Labelling, 'views'>,
  labels: Scores,
  { share, trust }: { readonly share: number; readonly trust: number },
  pause: () => Promise<void>,
): Promise<Scores> {
  if (share === 0) return labels;
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
    const answers = smooth(prepared, softmaxRows(model.logits(vectors)), mostAlpha * trust);
    const renewed = sharpen(answers, recipe.neighbourSharpening);
    labels = withShares(product([labels, renewed], [1 - share, share]), wanted);
  }
  return labels;
}

/** What texts and their neighbours say together. */
function smooth(
  { dataset, affinity }: Pick<Labelling, 'dataset' | 'affinity'>,
  answers: Scores,
  alpha: number,
): Scores {
  return spreadLabels(affinity, withGiven(dataset, answers), alpha);
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
  c = 1,
): Promise<LogisticRegression> {
  return LogisticRegression.fit(
    pickRows(vectors, texts),
    oneHotRows(
      texts.map((text) => classOf(dataset, text)),
      dataset.labels.length,
    ),
    { c },
  );
}

/** Answers for all texts, with certainty in place of them where a label is given: [texts, classes]. */
export function withGiven({ given }: Pick<Dataset, 'given'>, { classes, data }: Scores): Scores {
  const known = data.slice();
  given.forEach((own, text) => {
    if (own === undefined) return;
    known.fill(0, text * classes, (text + 1) * classes);
    known[text * classes + own] = 1;
  });
  return { classes, data: known };
}
