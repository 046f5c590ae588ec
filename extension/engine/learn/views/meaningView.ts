import type { Scores } from '../../assess/metrics';
import { classOf, type Dataset } from '../dataset';
import { LogisticRegression } from '../logisticRegression';
import { pickRows, type Vectors } from '../vectors';
import type { NameVectors } from './nameView';
import type { View } from './view';

/** Inverse strength of the penalty. */
const c = 3;
/** What a name that says all about its class counts for, in labelled texts. */
const nameCounts = 5;

/**
 * Logistic regression on vectors of the base model. The labels' names are examples of their classes, as far as they by
 * themselves are right about the labelled texts.
 */
export function meaningView(
  dataset: Dataset,
  vectors: Vectors,
  names: NameVectors,
  id: 'meaning' | 'beginning' = 'meaning',
): View {
  const classes = dataset.labels.length;
  return {
    id,
    learns: true,
    answers: async (learned) => {
      const weight = nameCounts * names.worth(learned);
      const own = pickRows(vectors, learned);
      const data = new Float32Array(own.data.length + (weight > 0 ? names.means.data.length : 0));
      data.set(own.data);
      if (weight > 0) data.set(names.means.data, own.data.length);
      const labels = new Float32Array((data.length / vectors.size) * classes);
      learned.forEach((text, row) => (labels[row * classes + classOf(dataset, text)] = 1));
      for (let name = 0; name < (weight > 0 ? classes : 0); name++) {
        labels[(learned.length + name) * classes + name] = weight;
      }
      const targets: Scores = { classes, data: labels };
      return (await LogisticRegression.fit({ size: vectors.size, data }, targets, { c })).logits(vectors);
    },
  };
}
