/** Reads one hostile file and judges what the reader said of it. */
import { streamSource, type Source } from '../../extension/sources/sources';
import { maxFileBytes } from '../../extension/sources/wholeFile';

export interface Reading {
  readonly texts: number;
  readonly problems: number;
  /** What a reader must not do, none when all is well. */
  readonly faults: readonly string[];
}

/** What no sentence for a person has in it. */
const noSentence = /undefined|NaN|\[object|\n|\bat .*:\d+:\d+|Error:/;
const longestReason = 1500;

export async function readHostile(root: string, source: Source): Promise<Reading> {
  let texts = 0;
  let problems = 0;
  const faults = new Set<string>();
  try {
    for await (const item of streamSource(root, source)) {
      if ('text' in item) {
        texts += 1;
        if (item.text.trim() === '') faults.add('an empty text');
        if (item.text.includes('\0') || item.label?.includes('\0')) faults.add('a NUL byte in a text');
        if (item.text.length > maxFileBytes) faults.add('a text that is too long');
      } else {
        problems += 1;
        const { reason } = item;
        if (!isSentence(reason)) faults.add(`no sentence: ${JSON.stringify(reason.slice(0, 300))}`);
      }
    }
  } catch (error) {
    faults.add(`it threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  if (texts + problems === 0) faults.add('neither a text nor a problem');
  return { texts, problems, faults: [...faults] };
}

/** Of a problem, a part of a sentence. */
export function isSentence(reason: string): boolean {
  return reason !== '' && reason.length <= longestReason && !noSentence.test(reason);
}
