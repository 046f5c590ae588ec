import type { Scores } from '../../assess/metrics';
import { pickScores } from '../vectors';
import type { Opinion } from './opinion';
import { fitPowers, product, tempered } from './powers';

/** Probabilities of the labelled texts, in their order, by views that have not learned from them: [labelled, classes]. */
export interface Apart {
  /** Each view as sure as it comes, all heard alike. */
  readonly before: Scores;
  /** Each view as sure as it is right, and heard as far. */
  readonly after: Scores;
}

const folds = 5;

/**
 * What opinions say together of labels that nobody has learned from: neither the views nor how far they are heard, which is
 * fitted to the labels of the other folds.
 * @param opinions as their views gave them @param truth class of each labelled text @param expected see `fitPowers`
 */
export async function apart(
  opinions: readonly Opinion[],
  truth: readonly number[],
  expected: readonly number[],
): Promise<Apart> {
  const before = product(opinions.map(({ heldOut }) => heldOut));
  const after = before.data.slice();
  for (let fold = 0; fold < folds; fold++) {
    const own = [...truth.keys()].filter((row) => row % folds === fold);
    const others = [...truth.keys()].filter((row) => row % folds !== fold);
    const known = others.map((row) => truth[row] as number);
    // What the others' labels make of each view is asked of this fold's: both go through the same temperature.
    const fitted = opinions.map(({ id, heldOut }) =>
      tempered({ id, answers: pickScores(heldOut, own), heldOut: pickScores(heldOut, others) }, known),
    );
    const powers = await fitPowers(
      fitted.map(({ heldOut }) => heldOut),
      known,
      expected,
    );
    const { classes, data } = product(
      fitted.map(({ answers }) => answers),
      powers,
    );
    own.forEach((row, i) => after.set(data.subarray(i * classes, (i + 1) * classes), row * classes));
  }
  return { before, after: { classes: before.classes, data: after } };
}
