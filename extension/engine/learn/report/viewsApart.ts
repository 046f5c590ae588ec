import { classOf, labelledTexts } from '../dataset';
import { termsOf } from '../terms';
import type { Prepared } from '../trainingRun';
import { apart, type Apart } from '../views/apart';
import { meaningView } from '../views/meaningView';
import { opinionOf, type Opinion } from '../views/opinion';
import { wordsView } from '../views/wordsView';

/** What regression on meaning and on words says of labels that it has not learned from. @param pause throws to cancel */
export async function viewsApart(
  { dataset, vectors, recipe }: Pick<Prepared, 'dataset' | 'vectors' | 'recipe'>,
  pause: () => Promise<void>,
): Promise<Apart> {
  const { seed } = recipe;
  const labelled = labelledTexts(dataset);
  const views = [meaningView(dataset, vectors), wordsView(dataset, termsOf(dataset.windows), seed)];
  const opinions: Opinion[] = [];
  for (const view of views) opinions.push(await opinionOf(view, dataset, labelled, seed, pause));
  const truth = labelled.map((text) => classOf(dataset, text));
  return apart(
    opinions,
    truth,
    views.map(() => 1 / views.length),
  );
}
