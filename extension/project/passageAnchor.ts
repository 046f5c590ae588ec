/**
 * Finds a labelled passage again after the text around it has changed: by its quote, the characters around
 * it, and the place where it was. The same three as in the W3C Web Annotation model's TextQuoteSelector
 * (exact, prefix, suffix) with a TextPositionSelector as the hint.
 */
import { withUnixLines, type TextRange } from './labelEntry';

/** What is known of a passage from when it was labelled. `quote`, `prefix` and `suffix` have LF line ends. */
export interface PassageHint {
  readonly start: number;
  readonly quote: string;
  readonly prefix?: string | undefined;
  readonly suffix?: string | undefined;
}

/** A quote that stands more often than this in one document cannot be told apart anyway. */
const maxOccurrences = 10_000;

/**
 * The ranges of passages that have the same quote and were labelled in the same version of a document.
 * They keep their order, and no two of them get the same place.
 *
 * @param text the document as it is now
 * @param hints sorted by `start`
 * @returns one range for each hint, undefined where the quote is gone
 */
export function anchorPassages(text: string, hints: readonly PassageHint[]): (TextRange | undefined)[] {
  const quote = hints[0]?.quote ?? '';
  const plain = withUnixLines(text);
  const places = occurrences(plain, quote);
  const ranges: (TextRange | undefined)[] = [];
  let next = 0;
  for (const [index, hint] of hints.entries()) {
    // As many places as hints are left stay free for them.
    const last = Math.max(next, places.length - (hints.length - index));
    let best: number | undefined;
    let bestFit: Fit | undefined;
    for (let candidate = next; candidate <= last && candidate < places.length; candidate += 1) {
      const fit = fitOf(plain, places[candidate] ?? 0, hint);
      if (!bestFit || isBetter(fit, bestFit)) [best, bestFit] = [candidate, fit];
    }
    if (best === undefined) {
      ranges.push(undefined);
      continue;
    }
    const start = places[best] ?? 0;
    ranges.push(inOriginal(text, plain, { start, end: start + quote.length }));
    next = best + 1;
  }
  return ranges;
}

interface Fit {
  /** Characters of prefix and suffix that still stand there. */
  readonly context: number;
  readonly distance: number;
}

function isBetter(a: Fit, b: Fit): boolean {
  return a.context !== b.context ? a.context > b.context : a.distance < b.distance;
}

function fitOf(plain: string, start: number, hint: PassageHint): Fit {
  const { prefix = '', suffix = '', quote } = hint;
  const end = start + quote.length;
  let before = 0;
  while (before < prefix.length && plain[start - 1 - before] === prefix[prefix.length - 1 - before])
    before += 1;
  let after = 0;
  while (after < suffix.length && plain[end + after] === suffix[after]) after += 1;
  return { context: before + after, distance: Math.abs(start - hint.start) };
}

function occurrences(plain: string, quote: string): number[] {
  const found: number[] = [];
  if (quote === '') return found;
  for (
    let at = plain.indexOf(quote);
    at !== -1 && found.length < maxOccurrences;
    at = plain.indexOf(quote, at + 1)
  ) {
    found.push(at);
  }
  return found;
}

/** A range of the text with LF line ends as a range of the text as it is. */
function inOriginal(text: string, plain: string, range: TextRange): TextRange {
  if (text.length === plain.length) return range;
  let [start, end] = [range.start, range.end];
  let seen = 0; // CRLF pairs so far: each is one character in `plain`
  for (let at = text.indexOf('\r\n'); at !== -1; at = text.indexOf('\r\n', at + 2)) {
    const place = at - seen;
    if (place >= range.end) break;
    if (place < range.start) start += 1;
    end += 1;
    seen += 1;
  }
  return { start, end };
}
