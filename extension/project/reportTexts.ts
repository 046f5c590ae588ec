/** The texts that a report names by their rows: what was learned from them, where they are today, and what was said since. */
import { createReadStream } from 'node:fs';
import { jsonRows } from '../protocol/jsonLines';
import type { TrainingReport } from '../protocol/report';
import type { CorpusText } from './corpus';
import {
  excerptOf,
  hashOf,
  isLabelEdit,
  isPassage,
  placeName,
  type TextEdit,
  type TextTarget,
} from './labelEntry';

/** A text as a run has learned from it. */
export interface RunText {
  /** `CorpusText.id` at that time. */
  readonly id: string;
  /** `hashOf` the text. */
  readonly hash: string;
  readonly excerpt: string;
}

/** All rows that a report names. */
export function rowsIn({ confusion, mislabelled }: TrainingReport): Set<number> {
  return new Set([...confusion.flatMap(({ texts }) => texts), ...mislabelled].map(({ row }) => row));
}

/**
 * @param dataFile of the run
 * @returns by row; without those that the file does not have
 * @throws AppError('data/...'), or ENOENT where the run's folder is gone
 */
export async function runTexts(
  dataFile: string,
  rows: ReadonlySet<number>,
  signal?: AbortSignal,
): Promise<Map<number, RunText>> {
  const found = new Map<number, RunText>();
  let row = 0;
  for await (const { id, text } of jsonRows(createReadStream(dataFile, { signal }), dataFile)) {
    if (rows.has(row) && id !== undefined)
      found.set(row, { id, hash: hashOf(text), excerpt: excerptOf(text) });
    if (found.size === rows.size) break;
    row += 1;
  }
  return found;
}

/** A text that was learned from, as it stands today. */
export interface TextToday {
  readonly text: CorpusText;
  /** As the journal is told of it: a passage within its document. */
  readonly target: TextTarget;
}

/** By row: in its place, else wherever the same text is. Those that have changed or are gone are left out. */
export function textsToday(
  texts: readonly CorpusText[],
  learned: ReadonlyMap<number, RunText>,
): Map<number, TextToday> {
  const wanted = new Set([...learned.values()].map(({ hash }) => hash));
  const same = new Map<string, CorpusText[]>();
  const wholes = new Map<string, CorpusText>();
  for (const text of texts) {
    if (!text.range) wholes.set(placeName(text), text);
    if (!wanted.has(text.hash) || text.stale === 'lost') continue;
    same.set(text.hash, [...(same.get(text.hash) ?? []), text]);
  }
  const today = new Map<number, TextToday>();
  for (const [row, { id, hash }] of learned) {
    const [first, ...others] = same.get(hash) ?? [];
    const text = others.find((other) => other.id === id) ?? first;
    const whole = text && wholes.get(placeName(text));
    if (!text || !whole) continue;
    const { path, part, range } = text;
    const place = { path, ...(part !== undefined && { part }), ...(range && { range }) };
    today.set(row, { text, target: { ...place, text: whole.text } });
  }
  return today;
}

/** Hashes of the texts whose label somebody has said, confirmed or taken away after `since`. */
export function decidedSince(said: readonly TextEdit[], since: Date): Set<string> {
  const decided = new Set<string>();
  const first = said.findLastIndex(({ at }) => Date.parse(at) <= since.getTime()) + 1;
  for (const edit of said.slice(first)) {
    if (isLabelEdit(edit)) decided.add(isPassage(edit.text) ? hashOf(edit.text.quote) : edit.text.hash);
  }
  return decided;
}
