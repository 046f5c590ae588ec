/** Where in a text its tokens come from. The tokenizer's library gives tokens alone, so words are read one by one. */
import type { Tokenizer } from './tokenizer';

/** A word of a text, and how many tokens it was read as. */
export interface TextWord {
  /** In UTF-16 code units; `end` is the first that is not part of it. */
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
}

/** Tokens that are looked through for where a word goes on, when the one before was read otherwise by itself. */
const lookAhead = 64;

/**
 * The words of a text in their order; their tokens add up to those of `tokenizer.encode(text)`. No family reads across
 * white space, so what stands between it has the tokens that it has by itself; where that is not so, as with odd control
 * characters, words are joined until it is again.
 * @param pause awaited now and then; throws to cancel
 */
export async function textWords(
  tokenizer: Tokenizer,
  text: string,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<TextWord[]> {
  const all = tokenizer.encode(text);
  const words: TextWord[] = [];
  let at = 0;
  /** Where the part begins that has no tokens of its own yet. */
  let open: number | undefined;
  let last = 0;
  for (const { 0: chunk, index: start } of text.matchAll(/\S+/gu)) {
    await pause();
    const end = start + chunk.length;
    // Byte pairs take the blank before a word into its first token.
    const own = tokenizer.encode(text.slice(last, end));
    const found = findFrom(all, own, at, open === undefined ? 0 : lookAhead);
    if (found === undefined || own.length === 0) {
      open ??= start;
      last = end;
      continue;
    }
    if (open !== undefined) {
      if (found > at) words.push({ start: open, end: last, tokens: found - at });
      open = undefined;
    }
    for (const word of parts(tokenizer, text, last, start, end, own)) words.push(word);
    at = found + own.length;
    last = end;
  }
  if (at < all.length)
    words.push({ start: open ?? last, end: text.trimEnd().length, tokens: all.length - at });
  return words;
}

/** Where `own` stands in `all`, at `at` or up to `ahead` further. */
function findFrom(
  all: readonly number[],
  own: readonly number[],
  at: number,
  ahead: number,
): number | undefined {
  for (let from = at; from <= at + ahead && from + own.length <= all.length; from++) {
    if (own.every((id, i) => all[from + i] === id)) return from;
  }
  return undefined;
}

/** Words and marks between white space, where they have the same tokens apart as together. */
function parts(
  tokenizer: Tokenizer,
  text: string,
  last: number,
  start: number,
  end: number,
  own: readonly number[],
): TextWord[] {
  const whole = [{ start, end, tokens: own.length }];
  const pieces = [...text.slice(start, end).matchAll(/[\p{L}\p{M}\p{N}_]+|[^\p{L}\p{M}\p{N}_]/gu)];
  if (pieces.length < 2) return whole;
  const apart: TextWord[] = [];
  const ids: number[] = [];
  for (const [i, { 0: piece, index }] of pieces.entries()) {
    const from = start + index;
    const to = from + piece.length;
    const read = tokenizer.encode(text.slice(i === 0 ? last : from, to));
    ids.push(...read);
    if (read.length > 0) apart.push({ start: from, end: to, tokens: read.length });
  }
  return ids.length === own.length && ids.every((id, i) => id === own[i]) ? apart : whole;
}
