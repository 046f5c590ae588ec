/** What a label's name says, and what a person wrote about it: texts that name their class, and texts that mean it. */
import { AppError } from '../../protocol/appError';
import { noneOfThese, type LabelDescriptions } from '../../protocol/engineApi';
import type { Tokenizer } from '../encoders/tokenizer';

/** What is said of a label, as tokens. */
interface Said {
  /** The pieces of each word of it: 'card_arrival' has two words. Without any, it says nothing of its label's texts. */
  readonly words: readonly (readonly number[])[];
  /** Texts that mean it, each a window. */
  readonly texts: readonly (readonly number[])[];
}

/** A label's name as it stands and in sentences; and its description, where one was given that says something. */
export interface LabelName extends Said {
  readonly description?: Said;
}

/** A name alone is not what encoders of sentences know best. */
const sentences = [
  (name: string) => name,
  (name: string) => `This is about ${name}.`,
  (name: string) => `This text is ${name}.`,
];

/** A paragraph; all of it is read. */
const mostCharacters = 2000;

export function readLabelName(
  label: string,
  tokenizer: Tokenizer,
  windowTokens: number,
  description = '',
): LabelName {
  const named = label === noneOfThese ? [] : wordsOf(label);
  const piecesOf = (words: readonly string[]): number[][] =>
    words.map((word) => tokenizer.encode(word)).filter((pieces) => pieces.length > 0);
  const name = {
    words: piecesOf(named),
    texts: sentences.map((sentence) => tokenizer.windows(sentence(named.join(' ')), windowTokens)[0] ?? []),
  };
  const words = piecesOf(wordsOf(description));
  // Texts that are none of the labels are of many kinds, whatever is said of them.
  if (words.length === 0 || label === noneOfThese) return name;
  return { ...name, description: { words, texts: tokenizer.windows(description, windowTokens) } };
}

/** 'card_arrival', 'Sci/Tech', 'cardArrival' as words. */
export function wordsOf(label: string): string[] {
  return label
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** One of the texts that stand for a label. */
export interface LabelText {
  readonly window: readonly number[];
  /** It counts one of so many parts: a name and its description count the same, whatever their numbers of texts. */
  readonly among: number;
}

export function labelTexts({ description, ...name }: LabelName): LabelText[] {
  // A name without words has nothing to add to what a person wrote.
  const said = !description ? [name] : name.words.length > 0 ? [name, description] : [description];
  return said.flatMap(({ texts }) => texts.map((window) => ({ window, among: said.length * texts.length })));
}

/**
 * The descriptions that say something, in an order of their own: a run is a function of them.
 * @throws AppError('descriptions/invalid') when one is no text, or too long
 */
export function checkDescriptions(descriptions: LabelDescriptions = {}): ReadonlyMap<string, string> {
  const given = Object.entries(descriptions).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [label, description] of given) {
    const wrong =
      typeof description !== 'string'
        ? 'is not a text; write it in words'
        : description.length > mostCharacters
          ? `has ${description.length} characters; shorten it to ${mostCharacters}`
          : undefined;
    if (wrong !== undefined)
      throw new AppError('descriptions/invalid', `The description of "${label}" ${wrong}.`);
  }
  return new Map(given.filter(([, description]) => wordsOf(description).length > 0));
}
