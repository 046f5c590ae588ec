/** Which of the given labels may be wrong, told by views that cost little: no model has to be trained for it. */
import { labelErrors, type LabelDoubt } from '../assess/labelErrors';
import type { Window } from '../encoders/tokenBatches';
import { nearestNeighbours } from '../learn/neighbours';
import { defaultRecipe } from '../learn/settings';
import { affinityOf } from '../learn/spreading';
import { termsOf } from '../learn/terms';
import type { Vectors } from '../learn/vectors';
import { crossValidatedCommittee } from '../learn/views/committee';
import { meaningView } from '../learn/views/meaningView';
import { neighbourView } from '../learn/views/neighbourView';
import { wordsView } from '../learn/views/wordsView';

/** More parts are no better: with a twentieth of 1,000 news labels wrong, 3, 5 and 10 found as many of them. */
const folds = 3;

/** Texts that all have a label, and what is known of them. */
export interface LabelledPlaces {
  readonly windows: readonly (readonly Window[])[];
  /** [texts, hidden] */
  readonly vectors: Vectors;
  /** Class of each text, as an index into `labels`. */
  readonly given: readonly number[];
  readonly labels: readonly string[];
}

/**
 * The doubtful labels, the least believable first.
 * @param pause awaited between pieces of work; throws to cancel
 */
export async function reviewLabels(
  texts: LabelledPlaces,
  seed: number,
  signal: AbortSignal,
  pause: () => Promise<void>,
): Promise<LabelDoubt[]> {
  const { windows, vectors, given, labels } = texts;
  if (labels.length < 2) return [];
  const neighbours = await nearestNeighbours(vectors, defaultRecipe.neighbours, 'cpu', signal);
  const views = [
    meaningView(texts, vectors),
    wordsView(texts, termsOf(windows), seed),
    neighbourView(texts, affinityOf(neighbours)),
  ];
  const apart = await crossValidatedCommittee(views, texts, [...given.keys()], { folds, seed }, pause);
  return labelErrors(apart, given);
}
