import type { Scores } from '../../assess/metrics';
import { classOf, type GivenLabels } from '../dataset';
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
  dataset: GivenLabels,
  vectors: Vectors,
  names?: Pick<NameVectors, 'means' | 'meant' | 'worth'>,
  id: 'meaning' | 'beginning' = 'meaning',
): View {
  const classes = dataset.labels.length;
  return {
    id,
    learns: true,
    answers: async (learned) => {
      const weight = names ? nameCounts * names.worth(learned) : 0;
      const own = pickRows(vectors, learned);
      const means = names && weight > 0 ? names.means.data : new Float32Array();
      const data = new Float32Array(own.data.length + means.length);
      data.set(own.data);
      data.set(means, own.data.length);
      const labels = new Float32Array((data.length / vectors.size) * classes);
      learned.forEach((text, row) => (labels[row * classes + classOf(dataset, text)] = 1));
      for (const name of weight > 0 && names ? names.meant : []) {
        labels[(learned.length + name) * classes + name] = weight;
      }
      const targets: Scores = { classes, data: labels };
      return (await LogisticRegression.fit({ size: vectors.size, data }, targets, { c })).logits(vectors);
    },
  };
}
