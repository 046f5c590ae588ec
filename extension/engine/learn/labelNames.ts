/** What a label's name says: texts that name their class, and texts that mean it. */
import { noneOfThese } from '../../protocol/engineApi';
import type { Tokenizer } from '../encoders/tokenizer';

/** A label's name as tokens. */
export interface LabelName {
  /** The pieces of each word of it: 'card_arrival' has two words. Without any, the name says nothing of its texts. */
  readonly words: readonly (readonly number[])[];
  /** The name as texts, by itself and in a sentence, each a window. */
  readonly texts: readonly (readonly number[])[];
}

/** A name alone is not what encoders of sentences know best. */
const sentences = [
  (name: string) => name,
  (name: string) => `This is about ${name}.`,
  (name: string) => `This text is ${name}.`,
];

export function readLabelName(label: string, tokenizer: Tokenizer, windowTokens: number): LabelName {
  const words = label === noneOfThese ? [] : wordsOf(label);
  return {
    words: words.map((word) => tokenizer.encode(word)).filter((pieces) => pieces.length > 0),
    texts: sentences.map((sentence) => tokenizer.windows(sentence(words.join(' ')), windowTokens)[0] ?? []),
  };
}

/** 'card_arrival', 'Sci/Tech', 'cardArrival' as words. */
export function wordsOf(label: string): string[] {
  return label
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
