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
  expect([first.placed, first.of]).toEqual([0, texts.length]);

  const settled = await engine.suggest({ ...place, count: 3, seed: 1, patienceMs: 60_000 });
  expect(settled.placed).toBe(texts.length);
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
