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

/** Everything but a tuned network that has something to say of the texts. @param named see `nameVectors` */
export function viewsOf(
  dataset: Dataset,
  vectors: Vectors,
  named: Vectors,
  affinity: Affinity,
  seed: number,
): View[] {
  const names = nameVectors(dataset, vectors, named);
  return [
    meaningView(dataset, vectors, names),
    wordsView(dataset, termsOf(dataset.windows), seed),
    neighbourView(dataset, affinity),
    nameView(names),
    nameWordsView(dataset),
  ];
}
