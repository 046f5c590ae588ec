import { classOf, textsByClass, type GivenLabels } from '../dataset';
import { spreadLabels, type Affinity } from '../spreading';
import type { View } from './view';

/** The given labels by themselves have to reach far (Zhou et al. 2004). */
const alpha = 0.99;

/** The given labels, spread over the neighbours; each class has the same mass, however many labels it has. */
export function neighbourView(dataset: GivenLabels, affinity: Affinity): View {
  const classes = dataset.labels.length;
  return {
    id: 'neighbours',
    learns: true,
    answers: (learned) => {
      const seeds = new Float32Array(dataset.given.length * classes);
      for (const texts of textsByClass(dataset, learned)) {
        for (const text of texts) seeds[text * classes + classOf(dataset, text)] = 1 / texts.length;
      }
      const { data } = spreadLabels(affinity, { classes, data: seeds }, alpha);
      return Promise.resolve({ classes, data: data.map(Math.log) });
    },
  };
}
