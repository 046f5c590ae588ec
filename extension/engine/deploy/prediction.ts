import { noneOfThese, type Prediction } from '../../protocol/engineApi';
import type { ModelManifest } from './manifest';

/**
 * What a model says of one text.
 * @param probabilities of the labels, in their order
 * @param windows in how many windows the text was read
 */
export function predictionOf(
  probabilities: Float32Array,
  { labels, threshold }: Pick<ModelManifest, 'labels' | 'threshold'>,
  windows: number,
): Prediction {
  // Equal scores go to the label that comes first, as in `argmaxRows`.
  const order = [...probabilities.keys()].sort(
    (a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0) || a - b,
  );
  const [best, second] = order
    .slice(0, 2)
    .map((i) => ({ label: labels[i] ?? '', score: probabilities[i] ?? 0 }));
  if (!best) throw new Error('A model without labels cannot classify.');
  const none = best.label === noneOfThese;
  return {
    ...best,
    ...(second && { runnerUp: second }),
    abstained: none || best.score < threshold,
    ...(none && { none }),
    windows,
  };
}
