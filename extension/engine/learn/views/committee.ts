import type { Scores } from '../../assess/metrics';
import { classOf, type GivenLabels } from '../dataset';
import { crossValidated } from './opinion';
import { fitPowers, product, tempered } from './powers';
import type { View } from './view';

/**
 * What several views say together of the labelled texts that each has not learned from: a product, each to the power that
 * these answers themselves decide, as in `firstLabels`.
 * @param labelled the labelled texts
 * @param pause awaited between pieces of work; throws to cancel
 * @returns probabilities [labelled, classes]; a row of zeros for the only text of a class
 */
export async function crossValidatedCommittee(
  views: readonly View[],
  dataset: GivenLabels,
  labelled: readonly number[],
  split: { readonly folds: number; readonly seed: number },
  pause: () => Promise<void>,
): Promise<Scores> {
  const truth = labelled.map((text) => classOf(dataset, text));
  const opinions: Scores[] = [];
  for (const view of views) {
    const heldOut = await crossValidated(view, dataset, labelled, split, pause);
    opinions.push(tempered({ id: view.id, answers: heldOut, heldOut }, truth).heldOut);
  }
  const alike = views.map(() => 1 / views.length);
  return product(opinions, await fitPowers(opinions, truth, alike));
}
