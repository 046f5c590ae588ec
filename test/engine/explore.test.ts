import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { CancelledError } from '../../extension/protocol/appError';
import { EngineClient } from '../../extension/protocol/engineClient';

const repository = join(import.meta.dirname, '../..');
const engine = new EngineClient({ modulePath: join(repository, 'dist', 'engine.js'), log: () => undefined });
afterAll(() => engine.dispose());

const subjects: Readonly<Record<string, readonly string[]>> = {
  money: [
    'my invoice is wrong',
    'the refund has not arrived',
    'I was charged twice',
    'please cancel my payment',
  ],
  weather: [
    'heavy rain is expected',
    'it will snow in the hills',
    'a warm and sunny day',
    'strong wind at the coast',
  ],
  football: [
    'the striker scored twice',
    'the match ended in a draw',
    'the goalkeeper was hurt',
    'the coach was sacked',
  ],
};
const texts = Object.values(subjects).flatMap((all) =>
  all.flatMap((text) => [text, `${text} today`, `they say that ${text}`]),
);

async function corpus(lines: readonly object[]): Promise<{ dataFile: string; cacheDir: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'nanonet-'));
  const dataFile = join(folder, 'data.jsonl');
  await writeFile(dataFile, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return { dataFile, cacheDir: join(folder, 'explore') };
}

it('suggests at once by lot, then by what is there; the order of the texts changes nothing', async () => {
  const place = await corpus(texts.map((text) => ({ text })));
  const first = await engine.suggest({ ...place, count: 3, seed: 1, patienceMs: 0 });
  expect(first.suggestions.map(({ reason }) => reason.kind)).toEqual(['random', 'random', 'random']);
  expect([first.placed, first.of, first.settled]).toEqual([0, texts.length, false]);

  const settled = await engine.suggest({ ...place, count: 3, seed: 1, patienceMs: 60_000 });
  expect([settled.placed, settled.settled]).toEqual([texts.length, true]);
  const subjectOf = (row: number): number => Math.floor(row / 12);
  expect(new Set(settled.suggestions.map(({ row }) => subjectOf(row))).size).toBe(3);

  const turned = await corpus([...texts].reverse().map((text) => ({ text })));
  const again = await engine.suggest({
    ...turned,
    cacheDir: place.cacheDir,
    count: 3,
    seed: 1,
    patienceMs: 60_000,
  });
  expect(again.suggestions.map(({ row }) => texts.length - 1 - row)).toEqual(
    settled.suggestions.map(({ row }) => row),
  );
});

it('suggests and doubts nothing that somebody has found to fit none of the labels; the map shows it', async () => {
  const isNone = (row: number): boolean => row % 12 >= 6;
  const place = await corpus(
    texts.map((text, row) => ({
      text,
      ...(isNone(row) && { none: true }),
      ...(row % 12 < 2 && { label: `${Math.floor(row / 12)}` }),
    })),
  );
  const params = { ...place, count: texts.length, seed: 1 };
  const byLot = await engine.suggest({ ...params, patienceMs: 0 });
  const settled = await engine.suggest({ ...params, patienceMs: 60_000 });
  for (const { suggestions } of [byLot, settled]) {
    expect(suggestions.length).toBeGreaterThan(5);
    expect(suggestions.filter(({ row }) => isNone(row) || row % 12 < 2)).toEqual([]);
  }
  const { doubts } = await engine.review({ ...params, patienceMs: 60_000 });
  expect(doubts.filter(({ row }) => row % 12 >= 2)).toEqual([]);
  expect((await engine.map({ ...params, patienceMs: 60_000 })).placed).toBe(texts.length);
});

it('goes on without a model that cannot be read', async () => {
  const place = await corpus(
    texts.map((text, i) => ({ text, ...(i % 12 < 2 && { label: `${Math.floor(i / 12)}` }) })),
  );
  const params = { ...place, count: 5, seed: 1, patienceMs: 60_000 };
  const found = await engine.suggest({ ...params, modelDir: join(place.cacheDir, 'missing') });
  expect(found).toEqual(await engine.suggest(params));
  expect(found.settled).toBe(true);
});

it('finds alike texts, and draws a map of all', async () => {
  const place = await corpus(texts.map((text) => ({ text })));
  const similar = await engine.similar({ ...place, row: 0, count: 2, patienceMs: 60_000 });
  expect(similar.texts.map(({ row }) => row).sort()).toEqual([1, 2]);
  expect(similar.texts[0]?.cosine).toBeGreaterThan(similar.texts[1]?.cosine ?? 1);

  const map = await engine.map({ ...place, seed: 1, patienceMs: 60_000 });
  expect([...map.rows].sort((a, b) => a - b)).toEqual([...texts.keys()]);
  expect(Math.min(...map.x, ...map.y)).toBe(0);
  expect(Math.max(...map.x, ...map.y)).toBe(1);
  expect(map.groups.reduce((sum, { size }) => sum + size, 0)).toBe(texts.length);
  expect(await engine.map({ ...place, seed: 1, patienceMs: 60_000 })).toEqual(map);
  expect(await engine.place({ ...place, patienceMs: 0 })).toEqual({ placed: texts.length, of: texts.length });
});

it('labels move nothing on the map', async () => {
  const open = await corpus(texts.map((text) => ({ text })));
  const before = await engine.map({ ...open, seed: 1, patienceMs: 60_000 });
  const labelled = await corpus(texts.map((text, i) => ({ text, ...(i % 5 === 0 && { label: 'any' }) })));
  const place = { dataFile: labelled.dataFile, cacheDir: open.cacheDir };
  expect(await engine.map({ ...place, seed: 1, patienceMs: 60_000 })).toEqual(before);
});

it('a text that stands there again is alike, and its label counts for all its rows', async () => {
  const lines = texts.map((text) => ({ text }));
  const place = await corpus([{ text: texts[0], label: 'money' }, ...lines, { text: texts[0] }]);
  const again = lines.length + 1;
  const similar = await engine.similar({ ...place, row: again, count: 3, patienceMs: 60_000 });
  expect(similar.texts.map(({ row }) => row).sort()).toEqual([0, 1, 2]);
  expect(similar.texts.filter(({ cosine }) => cosine === 1).map(({ row }) => row)).toEqual([0, 1]);
  const { suggestions } = await engine.suggest({ ...place, count: 99, seed: 1, patienceMs: 60_000 });
  expect(suggestions.length).toBe(texts.length - 1);
  for (const row of [0, 1, again]) expect(suggestions.map((suggested) => suggested.row)).not.toContain(row);
});

it('suggests by lot while only texts with a label have their places', async () => {
  const labelled = texts.map((text) => ({ text, label: 'any' }));
  const place = await corpus(labelled);
  await engine.suggest({ ...place, count: 1, seed: 1, patienceMs: 60_000 });
  const open = Array.from({ length: 300 }, (_, i) => ({ text: `not read yet, number ${i}` }));
  const { dataFile } = await corpus([...labelled, ...open]);
  const { cacheDir } = place;
  const found = await engine.suggest({ dataFile, cacheDir, count: 2, seed: 1, patienceMs: 0 });
  expect([found.placed, found.of]).toEqual([texts.length, texts.length + open.length]);
  expect(found.suggestions.map(({ reason }) => reason.kind)).toEqual(['random', 'random']);
});

it('says which row is not there, and is cancelled while texts get their places', async () => {
  const place = await corpus(texts.map((text) => ({ text: `${text}, as I said` })));
  await expect(engine.similar({ ...place, row: 99, count: 1 })).rejects.toThrow('has no row 99');
  const other = await corpus(Array.from({ length: 3000 }, (_, i) => ({ text: `text number ${i}` })));
  const abort = new AbortController();
  const asked = engine.suggest(
    { ...other, count: 3, seed: 1, patienceMs: 120_000 },
    { signal: abort.signal },
  );
  setTimeout(() => abort.abort(), 500);
  await expect(asked).rejects.toBeInstanceOf(CancelledError);
});

it('doubts the label that all others speak against, whatever the order of the texts', async () => {
  const subjectsOf = Object.keys(subjects);
  const lines = texts.map((text, i) => ({ text, label: subjectsOf[Math.floor(i / 12)] as string }));
  const wrong = { text: 'the striker scored again and the match was won', label: 'weather' };
  const place = await corpus([...lines, { text: 'an unlabelled one' }, wrong]);
  const params = { count: 5, seed: 1, patienceMs: 60_000 };
  const review = await engine.review({ ...place, ...params });
  expect([review.placed, review.of, review.settled]).toEqual([texts.length + 1, texts.length + 1, true]);
  const [first] = review.doubts;
  expect(first).toMatchObject({ row: texts.length + 1, label: 'weather', likely: true });
  expect(first?.suggested).not.toBe('weather');
  expect(review.likelyErrors).toBeLessThan(4);

  const turned = await corpus([wrong, ...lines]);
  const again = await engine.review({ ...turned, ...params });
  expect(again.doubts.map(({ score }) => score)).toEqual(review.doubts.map(({ score }) => score));

  const alone = await corpus(lines.slice(0, 12));
  expect((await engine.review({ ...alone, ...params })).doubts).toEqual([]);
});
