/** What a view says of all texts, and what it says of the labelled ones when it has not learned from them. */
import { softmaxRows, type Scores } from '../../assess/metrics';
import { stratifiedFolds, type Dataset } from '../dataset';
import { pickScores } from '../vectors';
import type { View } from './view';

export interface Opinion {
  readonly id: View['id'];
  /** Probabilities [texts, classes]; a row of zeros where it was not asked. */
  readonly answers: Scores;
  /** Of the labelled texts, in their order: [labelled, classes]; a row of zeros where it learned from all of them. */
  readonly heldOut: Scores;
}

const folds = 3;

/** @param labelled the labelled texts @param pause awaited between pieces of work; throws to cancel */
export async function opinionOf(
  view: View,
  dataset: Dataset,
  labelled: readonly number[],
  seed: number,
  pause: () => Promise<void>,
): Promise<Opinion> {
  const { id, learns } = view;
  const answers = softmaxRows(await view.answers(labelled));
  if (!learns) return { id, answers, heldOut: pickScores(answers, labelled) };
  const { classes } = answers;
  const data = new Float32Array(labelled.length * classes);
  for (const held of stratifiedFolds(dataset, folds, seed, 'views')) {
    await pause();
    const apart = new Set(held);
    const apartAnswers = softmaxRows(await view.answers(labelled.filter((text) => !apart.has(text))));
    labelled.forEach((text, row) => {
      if (apart.has(text)) data.set(pickScores(apartAnswers, [text]).data, row * classes);
    });
  }
  return { id, answers, heldOut: { classes, data } };
}
