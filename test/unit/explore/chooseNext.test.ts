import { expect, it } from 'vitest';
import {
  chooseNext,
  duplicateCosine,
  lotEvery,
  type Known,
} from '../../../extension/engine/explore/chooseNext';
import { quickBeliefs } from '../../../extension/engine/explore/quickBeliefs';
import { Random } from '../../../extension/engine/learn/random';
import { normaliseRows, type Vectors } from '../../../extension/engine/learn/vectors';

const size = 16;
const pause = (): Promise<void> => Promise.resolve();

/** Texts around one axis a class, `shares[c]` of them; the order is by lot. */
function clustered(shares: readonly number[], seed: number): { vectors: Vectors; truth: number[] } {
  const truth = Random.of(seed, 'order').shuffle(shares.flatMap((n, c) => new Array<number>(n).fill(c)));
  const random = Random.of(seed, 'noise');
  const data = Float32Array.from({ length: truth.length * size }, (_, i) => {
    return Number(truth[Math.floor(i / size)] === i % size) + 0.12 * random.normal();
  });
  const vectors = { size, data };
  normaliseRows(vectors);
  return { vectors, truth };
}

function known(vectors: Vectors, given: Known['given'], labels: readonly string[]): Known {
  const own = { vectors, given, labels };
  return { ...own, beliefs: (texts) => quickBeliefs(own, texts) };
}

function cosine({ data }: Vectors, a: number, b: number): number {
  let sum = 0;
  for (let j = 0; j < size; j++) sum += (data[a * size + j] ?? 0) * (data[b * size + j] ?? 0);
  return sum;
}

it('the first texts cover the clusters, and the same seed gives the same ones', async () => {
  const { vectors, truth } = clustered([300, 200, 100, 60, 40, 30], 1);
  const nothing = known(
    vectors,
    truth.map(() => undefined),
    [],
  );
  const first = await chooseNext(nothing, 9, pause);
  expect(new Set(first.map(({ text }) => truth[text])).size).toBe(6);
  expect(first.every(({ reason }) => reason.kind === 'cover' && reason.groupSize > 0)).toBe(true);
  expect(await chooseNext(nothing, 9, pause)).toEqual(first);
});

it('gives no near-duplicate of a labelled text or of another, as long as there are others', async () => {
  const { vectors, truth } = clustered([40, 40], 2);
  // The first half once more: 40 texts that are the same as others.
  vectors.data.copyWithin(40 * size, 0, 40 * size);
  const given = truth.map((label, text) => (text < 4 ? label : undefined));
  const chosen = await chooseNext(known(vectors, given, ['a', 'b']), 5, pause);
  const taken = [0, 1, 2, 3, ...chosen.map(({ text }) => text)];
  taken.forEach((a, i) => {
    if (i < 4) return;
    for (const b of taken.slice(0, i)) expect(cosine(vectors, a, b)).toBeLessThan(duplicateCosine);
  });
});

it('gives every text in the end, duplicates too', async () => {
  const vectors = { size, data: new Float32Array(12 * size).fill(0.25) };
  const chosen = await chooseNext(known(vectors, new Array<undefined>(12).fill(undefined), []), 20, pause);
  expect(chosen.map(({ text }) => text).sort((a, b) => a - b)).toEqual([...Array(12).keys()]);
});

it('seeks a label that has few texts', async () => {
  const { vectors, truth } = clustered([400, 400, 12], 3);
  const texts = [0, 1, 2].flatMap((c) =>
    [...truth.keys()].filter((text) => truth[text] === c).slice(0, c === 2 ? 1 : 8),
  );
  const given = truth.map((label, text) => (texts.includes(text) ? label : undefined));
  const chosen = await chooseNext(known(vectors, given, ['a', 'b', 'rare']), 10, pause);
  const sought = chosen.filter(({ reason }) => reason.kind === 'rare');
  expect(sought.length).toBe(2);
  expect(sought.map(({ text }) => truth[text])).toEqual([2, 2]);
});

it('one in ten is by lot, and so a fair sample of all', async () => {
  const shares = [0, 0];
  for (let seed = 1; seed <= 40; seed++) {
    const { vectors, truth } = clustered([180, 60], seed);
    const chosen = await chooseNext(
      known(
        vectors,
        truth.map(() => undefined),
        [],
      ),
      40,
      pause,
    );
    const lots = chosen.filter(({ reason }) => reason.kind === 'random');
    expect(lots.length).toBe(40 / lotEvery);
    expect(lots.map(({ text }) => text)).toEqual([0, 1, 2, 3]);
    for (const { text } of lots) shares[truth[text] ?? 0] = (shares[truth[text] ?? 0] ?? 0) + 1;
  }
  // 160 draws at three to one: two standard deviations are 11.
  expect(Math.abs((shares[0] ?? 0) - 120)).toBeLessThan(17);
});

it('an unsure text is said to be between its two labels', async () => {
  const { vectors, truth } = clustered([200, 200], 5);
  const between = truth.length - 1;
  for (let j = 0; j < size; j++) vectors.data[between * size + j] = j < 2 ? Math.SQRT1_2 : 0;
  const given = truth.map((label, text) => (text < 20 ? label : undefined));
  const chosen = await chooseNext(known(vectors, given, ['a', 'b']), 8, pause);
  const unsure = chosen.flatMap(({ reason }) => (reason.kind === 'unsure' ? [reason.top] : []));
  expect(unsure.length).toBeGreaterThan(0);
  for (const [first, second] of unsure) expect(first?.score).toBeGreaterThanOrEqual(second?.score ?? 1);
});

it('is cancelled between texts', async () => {
  const { vectors, truth } = clustered([100], 6);
  const stopped = new Error('stop');
  const nothing = known(
    vectors,
    truth.map(() => undefined),
    [],
  );
  await expect(chooseNext(nothing, 5, () => Promise.reject(stopped))).rejects.toBe(stopped);
});
