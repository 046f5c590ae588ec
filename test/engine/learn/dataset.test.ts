import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Tokenizer } from '../../../extension/engine/encoders/tokenizer';
import {
  countsOf,
  labelledTexts,
  learnedTexts,
  readDataset,
  unlabelledTexts,
  type Dataset,
} from '../../../extension/engine/learn/dataset';
import { baseModel } from './tinyRun';

const [labelled, unlabelled] = [6, 400];
let folder = '';
let file = '';
let tokenizer: Tokenizer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nanonet-dataset-'));
  file = join(folder, 'texts.jsonl');
  const rows = Array.from({ length: labelled + unlabelled }, (_, i) =>
    JSON.stringify({
      text: `text ${i}`,
      ...(i % 68 === 0 && i / 68 < labelled && { label: i % 136 ? 'b' : 'a' }),
    }),
  );
  await writeFile(file, rows.join('\n'));
  tokenizer = await Tokenizer.load(baseModel);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = (mostUnlabelled: number, seed = 1): Promise<Dataset> =>
  readDataset(file, tokenizer, { windowTokens: 16, mostUnlabelled, seed });

it('keeps every labelled text, and of the others as many as are asked for, in the order of the file', async () => {
  const dataset = await read(100);
  expect(countsOf(dataset)).toEqual({ labelled, unlabelled: 100, leftOut: unlabelled - 100 });
  const whole = await read(unlabelled);
  expect(countsOf(whole)).toEqual({ labelled, unlabelled });
  const order = new Map(whole.windows.map(([window], text) => [String(window), text]));
  const kept = dataset.windows.map(([window]) => order.get(String(window)) ?? NaN);
  expect(kept).toEqual(kept.toSorted((a, b) => a - b));
});

it('draws every text equally often', async () => {
  const whole = await read(unlabelled);
  const hits = new Map<string, number>();
  const draws = 60;
  for (let seed = 0; seed < draws; seed++) {
    const dataset = await read(100, seed);
    for (const text of unlabelledTexts(dataset)) {
      const key = String(dataset.windows[text]);
      hits.set(key, (hits.get(key) ?? 0) + 1);
    }
  }
  // By thirds of the file: a third of the draws each, within four standard deviations.
  const share = (from: number, to: number): number =>
    unlabelledTexts(whole)
      .slice(from, to)
      .reduce((sum, text) => sum + (hits.get(String(whole.windows[text])) ?? 0), 0) /
    (100 * draws);
  const third = Math.floor(unlabelled / 3);
  for (const from of [0, third, 2 * third]) expect(share(from, from + third)).toBeCloseTo(1 / 3, 1);
});

it('draws the texts that are learned from once and for all', async () => {
  const dataset = await read(unlabelled);
  const learned = learnedTexts(dataset, { seed: 1, mostLearned: 50 });
  expect(new Set(learned).size).toBe(50);
  expect(learned.filter((text) => labelledTexts(dataset).includes(text))).toEqual([]);
  expect(learnedTexts(dataset, { seed: 1, mostLearned: 50 })).toEqual(learned);
  expect(learnedTexts(dataset, { seed: 1, mostLearned: 1e6 })).toHaveLength(unlabelled);
});

it('reads what is said of a label beside its name, and nothing where nothing is', async () => {
  const described = async (descriptions: readonly (readonly [string, string])[]): Promise<Dataset> =>
    readDataset(file, tokenizer, { windowTokens: 16, descriptions: new Map(descriptions) });
  const plain = await read(Infinity);
  const [a, b] = (await described([['a', 'Texts whose number is even, and some more words.']])).names;
  expect(b).toEqual(plain.names[1]);
  expect(a).toEqual({ ...plain.names[0], description: expect.anything() as unknown });
  expect(a?.description?.words).toHaveLength(9);
  // Read in as many windows as it takes.
  expect(a?.description?.texts.length).toBeGreaterThan(0);
  await expect(described([['c', 'Nothing is called so.']])).rejects.toThrow(
    `"c" has a description, but is the label of no text of ${file}; correct the name or leave it out.`,
  );
});

it('makes a class of texts that are none of the labels, from five on, and learns from fewer in no way', async () => {
  const withNone = async (count: number): Promise<Dataset> => {
    const rows = [
      ...['b', 'a', 'b', 'a'].map((label, i) => ({ text: `known ${i}`, label })),
      ...Array.from({ length: count }, (_, i) => ({ text: `other ${i}`, none: true })),
      { text: 'open' },
    ];
    const mixed = join(folder, 'none.jsonl');
    await writeFile(mixed, rows.map((row) => JSON.stringify(row)).join('\n'));
    return readDataset(mixed, tokenizer, { windowTokens: 16 });
  };
  const few = await withNone(4);
  expect(few.labels).toEqual(['a', 'b']);
  expect(few.given).toEqual([1, 0, 1, 0, undefined]);
  const enough = await withNone(5);
  expect(enough.labels).toEqual(['a', 'b', 'none of these']);
  expect(enough.given).toEqual([1, 0, 1, 0, 2, 2, 2, 2, 2, undefined]);
  expect(enough.names[2]?.words).toEqual([]);
});
