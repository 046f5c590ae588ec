import { argmaxRows, type Scores } from '../../assess/metrics';
import { classOf, type Dataset } from '../dataset';
import { labelTexts } from '../labelNames';
import { linearScores } from '../logisticRegression';
import { normaliseRows, type Vectors } from '../vectors';
import type { View } from './view';

/** Cosines times this are logits; how sharp they are in the end, `fitPowers` decides. */
const sharpness = 20;

/** The base model's vectors of the labels' names and descriptions. */
export interface NameVectors {
  /** [classes, hidden], of length 1. */
  readonly means: Vectors;
  /** Classes whose names say something. */
  readonly meant: readonly number[];
  /** What the names say of all texts without having learned: logits [texts, classes]. */
  readonly answers: Scores;
  /** How right they are about these labelled texts, corrected for chance: 0 to 1. */
  worth(labelled: readonly number[]): number;
}

/** @param named a vector of each of the names' `labelTexts`, in their order: [texts, hidden] */
export function nameVectors(dataset: Dataset, vectors: Vectors, named: Vectors): NameVectors {
  const classes = dataset.labels.length;
  const { size } = named;
  const meant = dataset.names.flatMap(({ words, description }, name) =>
    words.length > 0 || description ? [name] : [],
  );
  const means = { size, data: new Float32Array(classes * size) };
  let at = 0;
  dataset.names.forEach((said, name) => {
    const mean = means.data.subarray(name * size, (name + 1) * size);
    for (const { among } of labelTexts(said)) {
      for (let j = 0; j < size; j++, at++) mean[j] = (mean[j] as number) + (named.data[at] as number) / among;
    }
  });
  normaliseRows(means);

  // What all names have in common says nothing about any of them.
  const weight = new Float32Array(size * classes);
  for (let j = 0; j < size; j++) {
    let common = 0;
    for (const name of meant) common += (means.data[name * size + j] as number) / meant.length;
    for (const name of meant) {
      weight[j * classes + name] = sharpness * ((means.data[name * size + j] as number) - common);
    }
  }
  const answers = linearScores(vectors, { weight, bias: new Float32Array(classes) });
  const said = argmaxRows(answers);
  return {
    means,
    meant,
    answers,
    worth: (labelled) => {
      const right = labelled.filter((text) => said[text] === classOf(dataset, text)).length;
      return Math.max(0, (right / labelled.length - 1 / classes) / (1 - 1 / classes));
    },
  };
}

/** Which name's meaning is nearest to a text's (zero-shot classification by a sentence encoder). */
export function nameView({ answers }: NameVectors): View {
  return { id: 'names', learns: false, answers: () => Promise.resolve(answers) };
}
