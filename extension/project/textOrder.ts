/** In which order the texts come to be labelled. */
import { createHash } from 'node:crypto';
import type { CorpusText } from './corpus';

/** What an order may look at. */
export type OrderedText = Pick<CorpusText, 'id' | 'hash'>;

/** One order. An order that asks the engine says beside each text why it comes where it does. */
export interface TextOrder {
  /** @returns ids, the first to come first; what is missing comes after them, as it is in the corpus */
  arrange(texts: readonly OrderedText[], signal?: AbortSignal): Promise<readonly RankedText[]>;
}

export interface RankedText {
  readonly id: string;
  /** One sentence: 'unsure: bug 0.41, question 0.38'. */
  readonly why?: string;
}

/** As the files and their rows come. */
export const fileOrder: TextOrder = {
  arrange: (texts) => Promise.resolve(texts.map(({ id }) => ({ id }))),
};

/** By a hash of seed and content: shuffled, and the same after a restart and when texts are added. */
export function randomOrder(seed: number): TextOrder {
  const drawn = (hash: string): string => createHash('sha256').update(`${seed} ${hash}`).digest('hex');
  return {
    arrange: (texts) => {
      const keyed = texts.map(({ id, hash }) => ({ id, key: drawn(hash) }));
      keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
      return Promise.resolve(keyed.map(({ id }) => ({ id })));
    },
  };
}
