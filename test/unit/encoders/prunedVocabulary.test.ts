import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { pruneVocabulary } from '../../../extension/engine/encoders/prunedVocabulary';
import { Tokenizer } from '../../../extension/engine/encoders/tokenizer';
import { prepareModel } from '../../../models/prepare.mjs';

const vocabularySize = 30_522;
const most = 12_000;
/** "cholecystectomy" is of rare pieces, which are kept since they occur. */
const own = 'A laparoscopic cholecystectomy was performed; the gallbladder showed inflammation.';
const strange = 'Zyxophonic quokkas déjà-vu 😀 漢字 kwyjibo pneumonoultramicroscopic xkcd-42 \ud83d';

let whole: Tokenizer;
let pruned: Tokenizer;
let kept: readonly number[];

beforeAll(async () => {
  whole = await Tokenizer.load(await prepareModel('.'));
  const counts = new Uint32Array(vocabularySize);
  for (const id of whole.encode(own)) counts[id] = (counts[id] ?? 0) + 1;
  const result = whole.pruned(counts, most);
  if (!result) throw new Error('Nothing was left out.');
  ({ tokenizer: pruned, kept } = result);
});

const former = (ids: readonly number[]): number[] => ids.map((id) => kept[id] ?? -1);

describe('a pruned vocabulary', () => {
  it('has as many pieces as were asked for, in their order', () => {
    expect(kept).toHaveLength(most);
    expect(kept).toEqual(kept.toSorted((a, b) => a - b));
  });

  it('reads texts of words that it was made from, and of usual ones, as before', () => {
    for (const text of [own, 'The weather is lovely today, and he drove to the stadium.'])
      expect(former(pruned.encode(text))).toEqual(whole.encode(text));
  });

  it('reads every other word in shorter pieces, and none as unknown that was known', () => {
    const unknown = whole.encode('\u{1f600}')[0] ?? 100;
    const count = (tokenizer: Tokenizer, id: number): number =>
      tokenizer.encode(strange).filter((other) => other === id).length;
    expect(count(pruned, kept.indexOf(unknown))).toBe(count(whole, unknown));
    expect(pruned.encode(strange).length).toBeGreaterThan(whole.encode(strange).length);
  });

  it('keeps the special tokens at their work', () => {
    expect(former(pruned.window([]))).toEqual(whole.window([]));
    expect(former([pruned.padId, pruned.maskId ?? -1])).toEqual([whole.padId, whole.maskId]);
  });

  it('is in its files', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'nanonet-pruned-'));
    try {
      for (const { name, text } of pruned.files(128)) await writeFile(join(dir, name), text);
      const read = await Tokenizer.load(dir);
      expect(read.windows(strange, 16)).toEqual(pruned.windows(strange, 16));
      expect(read.padId).toBe(pruned.padId);
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it('is refused where there is nothing to leave out, or no word pieces', () => {
    expect(whole.pruned(new Uint32Array(vocabularySize), vocabularySize)).toBeUndefined();
    for (const json of [
      {},
      { model: { type: 'BPE', vocab: { a: 0, b: 1 } } },
      { model: { type: 'WordPiece', vocab: { a: 0, b: 1 } }, post_processor: { type: 'Other' } },
    ])
      expect(pruneVocabulary(json, {}, new Uint32Array(2), 1)).toBeUndefined();
  });

  it('numbers anew what the settings say of tokens by their numbers', () => {
    const model = { type: 'WordPiece', vocab: { '[unused0]': 0, rare: 1, a: 2, '[X]': 3 }, unk_token: '[X]' };
    const config = { added_tokens_decoder: { '3': { content: '[X]' } } };
    const result = pruneVocabulary({ model }, config, new Uint32Array(4), 2);
    expect(result?.kept).toEqual([2, 3]);
    expect(result?.config).toEqual({ added_tokens_decoder: { '1': { content: '[X]' } } });
  });
});
