/** Windows of tokens as batches for an encoder's graph. */
import { i64, type IntTensor } from '../runtime/tensor';

/** A window: token numbers, special tokens included. */
export type Window = readonly number[];

/** What an encoder's graph is fed: both [batch, tokens], int64; 1 in the mask is a token, 0 is padding. */
export type TokenFeeds = Readonly<Record<'input_ids' | 'attention_mask', IntTensor>>;

/** Padded tokens of a batch that is only read: more gain no speed and cost memory. */
const readingTokens = 1024;

/** Windows that are only read, in batches of about equal length: which they are, and what a graph is fed. */
export function* readingBatches(
  windows: readonly Window[],
  padId: number,
): Generator<{ readonly batch: readonly number[]; readonly feeds: TokenFeeds }> {
  const lengths = windows.map((window) => window.length);
  for (const batch of batchesByLength(lengths, readingTokens)) {
    const own = batch.map((i) => windows[i] ?? []);
    yield { batch, feeds: tokenFeeds(own, padId) };
  }
}

/** The windows of one batch, padded to the longest of them. */
export function tokenFeeds(windows: readonly Window[], padId: number): TokenFeeds {
  const tokens = Math.max(1, ...windows.map((w) => w.length));
  const ids = new Array<number>(windows.length * tokens).fill(padId);
  const mask = new Uint8Array(windows.length * tokens);
  windows.forEach((window, row) => {
    window.forEach((id, i) => (ids[row * tokens + i] = id));
    mask.fill(1, row * tokens, row * tokens + window.length);
  });
  const shape = [windows.length, tokens];
  return { input_ids: i64(shape, ids), attention_mask: i64(shape, mask) };
}

/**
 * Deals windows out into batches of at most `budget` tokens, padding included. Windows are taken by length, so
 * that little is spent on padding.
 * @param lengths tokens of each window @returns indices of windows, batch by batch
 */
export function batchesByLength(lengths: readonly number[], budget: number): number[][] {
  const order = lengths.map((_, i) => i).sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const index of order) {
    // In ascending order the newest window is the longest, so all are padded to it.
    if (batch.length > 0 && (batch.length + 1) * (lengths[index] ?? 0) > budget) {
      batches.push(batch);
      batch = [];
    }
    batch.push(index);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
