/**
 * The students' heads, before their layers learn and once they have learned. Few steps would fill an empty head first; and they show a text a few times, in pieces and masked, and leave a head
 * that leans to some of the classes; with the layers kept as they are, the best head for all texts at once is a convex
 * problem (as Kang et al. 2020 learn the classifier again for classes of unequal size).
 */
import { withGiven } from './firstLabels';
import { LogisticRegression } from './logisticRegression';
import type { Seen } from './seen';
import type { Prepared, Trained } from './trainingRun';
import { pickRows, pickScores } from './vectors';

const iterations = 60;

/**
 * Fits each student's head anew to the given labels that it learned from and to those that were spread to other texts.
 * @returns [parameters], with new heads; as they are where no text without a label was learned from
 */
export async function withFittedHeads(
  { texts, features }: Pick<Seen, 'texts' | 'features'>,
  { dataset }: Pick<Prepared, 'dataset'>,
  { cohort, parameters, heldOut, labels }: Omit<Trained, 'loop'>,
  signal: AbortSignal,
): Promise<Float32Array> {
  if (!labels) return parameters;
  const targets = pickScores(withGiven(dataset, labels.spread), texts);
  const renewed = parameters.slice();
  for (const [s, { id }] of cohort.students.entries()) {
    const own = features.get(id);
    if (!own) throw new Error(`"${id}" has no features.`);
    const held = heldOut[s + (cohort.teacher ? 1 : 0)];
    const learned = texts.flatMap((text, row) => (held?.has(text) ? [] : [row]));
    // Regression is of vectors of length 1; what the head reads is normalised to a variance of 1.
    const scale = 1 / Math.sqrt(own.size);
    const vectors = pickRows(own, learned);
    vectors.data.forEach((x, i) => (vectors.data[i] = x * scale));
    await new Promise(setImmediate);
    signal.throwIfAborted();
    const { layer } = await LogisticRegression.fit(vectors, pickScores(targets, learned), { iterations });
    cohort.layout.read(renewed, `${id}/head.weight`).set(layer.weight.map((w) => w * scale));
    cohort.layout.read(renewed, `${id}/head.bias`).set(layer.bias);
  }
  return renewed;
}
