/** What `@huggingface/transformers` makes of an exported folder, beside what NanoNet makes of it. */
import { resolve } from 'node:path';
import { env, pipeline } from '@huggingface/transformers';
import { TextClassifier } from '../../extension/engine/deploy/textClassifier';

export interface Parity {
  /** Texts that fit into one window: the pipeline cuts longer ones, NanoNet reads on. */
  readonly compared: number;
  readonly longer: number;
  readonly sameLabel: number;
  /** Largest difference of the best label's score. */
  readonly scoreDifference: number;
}

/**
 * Classifies `texts` with `pipeline('text-classification', dir)`, offline, and with `TextClassifier`.
 * @param dtype 'q8' for the file with 8-bit weights
 */
export async function transformersParity(
  dir: string,
  texts: readonly string[],
  dtype: 'fp32' | 'q8' = 'fp32',
): Promise<Parity> {
  env.allowRemoteModels = false;
  const classifier = await TextClassifier.load(dir, 'cpu', dtype === 'fp32' ? 'fp32' : 'quantised');
  const pipe = await pipeline('text-classification', resolve(dir), { dtype });
  try {
    const ours = await classifier.classify(texts);
    const parity = { compared: 0, longer: 0, sameLabel: 0, scoreDifference: 0 };
    for (const [i, text] of texts.entries()) {
      const mine = ours[i];
      if (!mine || mine.windows > 1) {
        parity.longer += 1;
        continue;
      }
      const [theirs] = (await pipe(text)) as { label: string; score: number }[];
      parity.compared += 1;
      if (theirs?.label === mine.label) parity.sameLabel += 1;
      const difference = Math.abs((theirs?.score ?? NaN) - mine.score);
      // NaN is no small difference.
      if (!(difference <= parity.scoreDifference)) parity.scoreDifference = difference;
    }
    return parity;
  } finally {
    await pipe.dispose();
    await classifier.dispose();
  }
}
