import { oneHotRows, softmaxRows } from '../assess/metrics';
import { LogisticRegression } from '../learn/logisticRegression';
import { pickRows } from '../learn/vectors';
import type { Beliefs, Known } from './chooseNext';
import { cosines } from './cosines';

/** Inverse strength of the penalty; and iterations, of which more change no order. */
const c = 10;
const iterations = 30;
/** Labelled texts that are learned from, at most. */
const mostTexts = 4096;

/** What logistic regression on the vectors says, fitted to the labels so far. Undefined with fewer than two classes. */
export async function quickBeliefs(
  { vectors, given, labels }: Omit<Known, 'beliefs'>,
  texts: readonly number[],
): Promise<Beliefs | undefined> {
  const classes = labels.length;
  if (classes < 2 || texts.length === 0) return undefined;
  const learned = given.flatMap((label, text) => (label === undefined ? [] : [text])).slice(0, mostTexts);
  const targets = oneHotRows(
    learned.map((text) => given[text] as number),
    classes,
  );
  const { layer } = await LogisticRegression.fit(pickRows(vectors, learned), targets, { c, iterations });
  const { size } = vectors;
  const directions = new Float32Array(classes * size);
  for (let j = 0; j < size; j++)
    for (let k = 0; k < classes; k++) directions[k * size + j] = layer.weight[j * classes + k] as number;
  const data = await cosines(pickRows(vectors, texts), { size, data: directions });
  for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) + (layer.bias[i % classes] as number);
  return { labels, scores: softmaxRows({ classes, data }) };
}
