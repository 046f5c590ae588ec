import type { Dataset } from '../dataset';
import type { Affinity } from '../spreading';
import { termsOf } from '../terms';
import type { Vectors } from '../vectors';
import { meaningView } from './meaningView';
import { nameVectors, nameView } from './nameView';
import { nameWordsView } from './nameWordsView';
import { neighbourView } from './neighbourView';
import type { View } from './view';
import { wordsView } from './wordsView';

/**
 * Everything but a tuned network that has something to say of the texts.
 * @param named see `nameVectors` @param beginnings vectors of the texts' beginnings, where these are not all of them
 */
export function viewsOf(
  dataset: Dataset,
  vectors: Vectors,
  { named, beginnings }: { readonly named: Vectors; readonly beginnings: Vectors | undefined },
  affinity: Affinity,
  seed: number,
): View[] {
  const names = nameVectors(dataset, vectors, named);
  return [
    meaningView(dataset, vectors, names),
    ...(beginnings
      ? [meaningView(dataset, beginnings, nameVectors(dataset, beginnings, named), 'beginning')]
      : []),
    wordsView(dataset, termsOf(dataset.windows), seed),
    neighbourView(dataset, affinity),
    nameView(names),
    nameWordsView(dataset),
  ];
}
