/**
 * The tokenizer library's answers in bounded time. It looks for word pieces up to the length of the whole word
 * (24 s for a megabyte of long unknown words), Unicode's canonical ordering is quadratic in a run of combining marks
 * (40 s for 400 kB of them), and a word of 120,000 unigrams overflows its stack. All are hostile texts, and have the same
 * answer as a cheaper question, or as good a one.
 */
import type { Tokenizer } from '@huggingface/tokenizers';
import { isJsonObject, type JsonObject } from './jsonFile';

/** Words that are remembered with their pieces; a language's common words are far fewer. */
const cacheSize = 50_000;

/**
 * Replaces the library's search for word pieces by one that looks no further than the longest piece, and
 * remembers words, as it does for unigrams; byte pairs are left as they are.
 */
export function speedUp(tokenizer: Tokenizer, json: JsonObject): void {
  const { model } = json;
  const target = tokenizer.model;
  if (!target || !isJsonObject(model)) return;
  if (model['type'] !== 'WordPiece' || !isJsonObject(model['vocab'])) {
    boundMarks(tokenizer.normalizer);
    if (isUnigram(target)) target.encode = remembering((word) => target.tokenize(word));
    return;
  }
  const longestWord = Number(model['max_input_chars_per_word'] ?? 100);
  boundAccents(tokenizer.normalizer, longestWord);
  target.encode = remembering(
    wordPieceSplitter({
      vocabulary: new Set(Object.keys(model['vocab'])),
      unknown: String(model['unk_token'] ?? '[UNK]'),
      prefix: String(model['continuing_subword_prefix'] ?? '##'),
      longestWord,
    }),
  );
}

/** Words as pieces, one after the other. The pieces of a word may be more than a call takes arguments. */
function remembering(split: (word: string) => readonly string[]): (words: string[]) => string[] {
  const cache = new Map<string, readonly string[]>();
  return (words) => {
    const pieces: string[] = [];
    for (const word of words) {
      let found = cache.get(word);
      if (!found) {
        found = split(word);
        if (cache.size >= cacheSize) cache.clear();
        cache.set(word, found);
      }
      for (const piece of found) pieces.push(piece);
    }
    return pieces;
  };
}

/** The library's unigram model, which does not say that it splits words. */
interface UnigramModel {
  tokenize(word: string): string[];
}

function isUnigram<T extends object>(model: T): model is T & UnigramModel {
  return 'tokenize' in model;
}

/** Any normaliser as the library has it. */
interface Normaliser {
  normalize(text: string): string;
}

/** More marks on a letter than text has that is to be normalised in a stream (Unicode's UAX 15, sec. 13, says 30). */
const mostMarks = 64;

/** What is beyond the marks that a letter can have is left out before the text is normalised. */
function boundMarks(normalizer: Normaliser | null): void {
  if (!normalizer) return;
  const normalise = normalizer.normalize.bind(normalizer);
  normalizer.normalize = (text) =>
    normalise(text.replace(longMarks, (run) => Array.from(run).slice(0, mostMarks).join('')));
}

/** BERT's normaliser as the library has it. */
interface AccentStripper {
  strip_accents(text: string): string;
}

function boundAccents(normalizer: object | null, longestWord: number): void {
  if (!normalizer || !('strip_accents' in normalizer)) return;
  const target = normalizer as AccentStripper;
  const strip = target.strip_accents.bind(target);
  target.strip_accents = (text) => strip(withoutLongMarks(text, longestWord));
}

interface WordPieceRules {
  readonly vocabulary: ReadonlySet<string>;
  readonly unknown: string;
  /** Marks pieces that continue a word. */
  readonly prefix: string;
  /** In code points; a longer word is unknown. */
  readonly longestWord: number;
}

/** Greedy longest-match-first (Wu et al. 2016, sec. 4.1; BERT's WordPiece). */
function wordPieceSplitter(rules: WordPieceRules): (word: string) => readonly string[] {
  const { vocabulary, unknown, prefix, longestWord } = rules;
  // Pieces that continue a word, by what they are without the mark: nothing is put together to be looked up.
  const continuing = new Map<string, string>();
  let longestPiece = 0;
  for (const piece of vocabulary) {
    longestPiece = Math.max(longestPiece, piece.length);
    if (piece.startsWith(prefix)) continuing.set(piece.slice(prefix.length), piece);
  }
  const unknownWord = [unknown];
  return (word) => {
    if (word.length > longestWord && [...word].length > longestWord) return unknownWord;
    const pieces: string[] = [];
    for (let start = 0; start < word.length;) {
      let piece: string | undefined;
      let end = Math.min(word.length, start + longestPiece);
      for (; end > start; end--) {
        const part = word.slice(start, end);
        piece = start > 0 ? continuing.get(part) : vocabulary.has(part) ? part : undefined;
        if (piece !== undefined) break;
      }
      if (piece === undefined) return unknownWord;
      pieces.push(piece);
      start = end;
    }
    return pieces;
  };
}

/** No writing system stacks this many marks on a letter. */
const longMarks = /\p{M}{64,}/gu;

/**
 * The text with absurd runs of combining marks shortened, in a way that the answer cannot show: accents (Mn) are
 * about to be stripped, and what is left of a run longer than any known word makes the word unknown.
 */
function withoutLongMarks(text: string, longestWord: number): string {
  // Marks are far beyond ASCII, and the search costs more than knowing that.
  if (!/[\u0300-\uffff]/.test(text)) return text;
  return text.replace(longMarks, (run) => {
    const kept = run.replace(/\p{Mn}/gu, '');
    return kept.length > 4 * longestWord ? kept.slice(0, 4 * longestWord) : kept;
  });
}
