/** What a view says of all texts, and what it says of the labelled ones when it has not learned from them. */
import { softmaxRows, type Scores } from '../../assess/metrics';
import { spareTexts, stratifiedFolds, type GivenLabels } from '../dataset';
import { pickScores } from '../vectors';
import { product } from './powers';
import type { View } from './view';

export interface Opinion {
  /** The view's, or the name of whoever else has one. */
  readonly id: string;
  /** Probabilities [texts, classes]; a row of zeros where it was not asked. */
  readonly answers: Scores;
  /** Of the labelled texts, in their order: [labelled, classes]; a row of zeros where it learned from all of them. */
  readonly heldOut: Scores;
}

const folds = 3;

/** @param labelled the labelled texts @param pause awaited between pieces of work; throws to cancel */
export async function opinionOf(
  view: View,
  dataset: GivenLabels,
  labelled: readonly number[],
  seed: number,
  pause: () => Promise<void>,
): Promise<Opinion> {
  const { id, learns } = view;
  const answers = softmaxRows(await view.answers(labelled));
  if (!learns) return { id, answers, heldOut: pickScores(answers, labelled) };
  return { id, answers, heldOut: await crossValidated(view, dataset, labelled, { folds, seed }, pause) };
}

/**
 * What a view says of the labelled texts when it has not learned from them: cross-validation over `folds` parts.
 * @returns probabilities [labelled, classes]; a row of zeros for the only text of a class
 */
export async function crossValidated(
  view: View,
  dataset: GivenLabels,
  labelled: readonly number[],
  { folds, seed }: { readonly folds: number; readonly seed: number },
  pause: () => Promise<void>,
): Promise<Scores> {
  const spare = spareTexts(dataset);
  const parts = stratifiedFolds(dataset, folds, seed, 'views').map(
    (part) => new Set(part.filter((text) => spare.has(text))),
  );
  const apart: Scores[] = [];
  for (const part of parts) {
    await pause();
    apart.push(softmaxRows(await view.answers(labelled.filter((text) => !part.has(text)))));
  }
  return heldOutRows(labelled, parts, apart);
}

/**
 * What teachers say together that each left out a part of the labelled texts.
 * @param answers of each, probabilities [texts, classes]; rows of zeros where they were not asked
 */
export function opinionOfTeachers(
  labelled: readonly number[],
  parts: readonly ReadonlySet<number>[],
  answers: readonly Scores[],
): Opinion {
  return {
    id: 'teacher',
    answers: product(answers),
    heldOut: heldOutRows(labelled, parts, answers),
  };
}

/** Of each labelled text, what the one says that left it out; a row of zeros where all have learned from it. */
function heldOutRows(
  labelled: readonly number[],
  parts: readonly ReadonlySet<number>[],
  answers: readonly Scores[],
): Scores {
  const classes = answers[0]?.classes ?? 0;
  const data = new Float32Array(labelled.length * classes);
  labelled.forEach((text, row) => {
    const apart = answers[parts.findIndex((part) => part.has(text))];
    if (apart) data.set(pickScores(apart, [text]).data, row * classes);
  });
  return { classes, data };
}
