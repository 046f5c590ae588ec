import { describe, expect, it } from 'vitest';
import { argmaxRows, oneHotRows, softmaxRows } from '../../extension/engine/assess/metrics';
import { checkDescriptions, wordsOf } from '../../extension/engine/learn/labelNames';
import { Random } from '../../extension/engine/learn/random';
import { termsOf } from '../../extension/engine/learn/terms';
import { nameVectors } from '../../extension/engine/learn/views/nameView';
import { nameWordsView } from '../../extension/engine/learn/views/nameWordsView';
import { agreementWithOthers, fitPowers, product, tempered } from '../../extension/engine/learn/views/powers';

const [start, end] = [101, 102];
const window = (...tokens: number[]): number[] => [start, ...tokens, end];
const classes = 3;
const truth = Array.from({ length: 240 }, (_, i) => i % classes);

/** A view that is right on a share of the texts, at random, and `sure` of what it says. */
function view(share: number, sure: number, name: string) {
  const random = Random.of('view', name);
  const said = truth.map((c) => (random.uniform() < share ? c : (c + 1 + random.int(classes - 1)) % classes));
  return softmaxRows(oneHotRows(said, classes), 1 / sure);
}

describe('label names', () => {
  it('are read as words, however they are written', () => {
    expect(wordsOf('card_arrival')).toEqual(['card', 'arrival']);
    expect(wordsOf('Sci/Tech')).toEqual(['Sci', 'Tech']);
    expect(wordsOf('lostCard')).toEqual(['lost', 'Card']);
    expect(wordsOf('Über-Größe 2')).toEqual(['Über', 'Größe', '2']);
    expect(wordsOf('??')).toEqual([]);
  });

  it('are found in texts as whole words, rare ones counting more', async () => {
    const names = [[[5]], [[6, 7]], [[5], [8]]].map((words) => ({ words, texts: [] }));
    const windows = [window(5), window(6, 7), window(6), window(5, 8), window(9), window(9)].map((w) => [w]);
    const dataset = {
      ...{ labels: ['a', 'b', 'c'], names, windows, given: windows.map(() => undefined) },
      ...{ places: [], leftOut: 0, meanTokens: 4, digest: '', windowsDigest: '' },
    };
    const { data } = await nameWordsView(dataset).answers([]);
    const rows = windows.map((_, text) => [...data.subarray(3 * text, 3 * text + 3)]);
    expect(rows[1]).toEqual([0, 4, 0]);
    expect(rows[2]).toEqual([0, 0, 0]);
    expect(rows[3]?.[2]).toBe(4);
    expect(rows[0]?.[2]).toBeLessThan(2);
    expect(rows[4]).toEqual([0, 0, 0]);
  });

  it('are worth nothing where they are no better than chance', () => {
    const size = 3;
    const vectors = { size, data: oneHotRows([0, 1, 2, 0], size).data };
    const named = { size, data: oneHotRows([0, 1, 2], size).data };
    const of = (given: number[]) =>
      nameVectors(
        {
          ...{
            labels: ['a', 'b', 'c'],
            names: [7, 8, 9].map((token) => ({ words: [[token]], texts: [window(token)] })),
            windows: [],
            given,
          },
          ...{ places: [], leftOut: 0, meanTokens: 4, digest: '', windowsDigest: '' },
        },
        vectors,
        named,
      ).worth([0, 1, 2, 3]);
    expect(of([0, 1, 2, 0])).toBe(1);
    expect(of([1, 2, 0, 1])).toBe(0);
  });
});

describe('descriptions of labels', () => {
  const around = { places: [], leftOut: 0, meanTokens: 4, digest: '', windowsDigest: '' };
  const said = (...tokens: number[]) => ({
    words: tokens.map((token) => [token]),
    texts: [window(...tokens)],
  });

  it('bring in their words but for those that another label is described or called by', async () => {
    const names = [
      { ...said(5), description: said(20, 21, 22, 6) },
      { ...said(6), description: said(20, 23) },
    ];
    const windows = [window(20), window(21), window(5), window(6), window(23), window(9)].map((w) => [w]);
    const dataset = { labels: ['a', 'b'], names, windows, given: windows.map(() => undefined), ...around };
    const { data } = await nameWordsView(dataset).answers([]);
    const rows = windows.map((_, text) => [...data.subarray(2 * text, 2 * text + 2)]);
    expect(rows[0]).toEqual([0, 0]);
    expect(rows[1]?.[0]).toBeGreaterThan(0);
    expect(rows[1]?.[0]).toBeLessThan(4);
    expect(rows.slice(2)).toEqual([
      [4, 0],
      [0, 4],
      [0, 4],
      [0, 0],
    ]);
  });

  it('mean as much as a name, and all where a name has no words', () => {
    const name = { words: [[7]], texts: [window(7), window(8)] };
    const names = [
      name,
      { ...name, description: said(9) },
      { words: [], texts: [window()], description: said(9) },
    ];
    const rows = [0, 1, 0, 1, 2, 2];
    const { means, meant } = nameVectors(
      { labels: ['a', 'b', 'c'], names, windows: [], given: [], ...around },
      { size: 3, data: new Float32Array() },
      { size: 3, data: oneHotRows(rows, 3).data },
    );
    expect(meant).toEqual([0, 1, 2]);
    const expected = [
      [1, 1, 0],
      [1, 1, 2],
      [0, 0, 1],
    ].flatMap((row) => row.map((x) => x / Math.hypot(...row)));
    expected.forEach((x, i) => expect(means.data[i]).toBeCloseTo(x, 6));
  });

  it('are checked before anything is learned, and left out where they say nothing', () => {
    expect([...checkDescriptions({ b: 'Two.', a: 'One.', c: ' … ' })]).toEqual([
      ['a', 'One.'],
      ['b', 'Two.'],
    ]);
    expect(checkDescriptions(undefined).size).toBe(0);
    expect(() => checkDescriptions({ a: 'x'.repeat(2001) })).toThrow(
      'The description of "a" has 2001 characters; shorten it to 2000.',
    );
    expect(() => checkDescriptions({ a: 3 } as unknown as Record<string, string>)).toThrow(
      'The description of "a" is not a text; write it in words.',
    );
  });
});

describe('termsOf', () => {
  it('keeps tokens and pairs of at least three texts and at most half of them, in rows of length 1', () => {
    const texts = [
      ...[1, 2, 3].map((own) => [window(20, 21, 1000 + own)]),
      ...[4, 5, 6, 7].map((own) => [window(30, 1000 + own)]),
    ];
    const { size, rows } = termsOf(texts);
    // 20, 21 and their pair; 30 stands in more than half of the texts.
    expect(size).toBe(3);
    expect(rows[0]?.terms).toHaveLength(3);
    expect(rows[0]?.weights.reduce((sum, w) => sum + w * w, 0)).toBeCloseTo(1, 5);
    expect(rows[4]?.terms).toHaveLength(0);
  });
});

describe('views together', () => {
  const right = (scores: ReturnType<typeof view>) =>
    argmaxRows(scores).filter((c, i) => c === truth[i]).length;

  it('hear more from who is right about held-out labels, and are more right than the best', async () => {
    const views = [view(0.8, 2, 'good'), view(0.7, 2, 'fair'), view(1 / 3, 2, 'chance')];
    const powers = await fitPowers(views, truth, [1 / 3, 1 / 3, 1 / 3]);
    expect(powers[0]).toBeGreaterThan(powers[1] as number);
    expect(powers[1]).toBeGreaterThan(2 * (powers[2] as number));
    expect(right(product(views, powers))).toBeGreaterThanOrEqual(right(views[0] as ReturnType<typeof view>));
  });

  it('keep what is expected of them where no label was held out', async () => {
    const zeros = { classes, data: new Float32Array(truth.length * classes) };
    const powers = await fitPowers([zeros, view(0.9, 2, 'one')], truth, [0.25, 0.75]);
    expect(powers[0]).toBeCloseTo(0.25, 6);
    expect(powers[1]).toBeCloseTo(0.75, 6);
  });

  it('leave the power of one that was not asked to the others', () => {
    const asked = { classes: 2, data: Float32Array.from([0.8, 0.2, 0.8, 0.2]) };
    const some = { classes: 2, data: Float32Array.from([0.5, 0.5, 0, 0]) };
    const { data } = product([asked, some], [0.5, 0.5]);
    expect(data[0]).toBeCloseTo(2 / 3, 5);
    expect(data[2]).toBeCloseTo(0.8, 5);
    expect([...product([some], [1]).data]).toEqual([0.5, 0.5, 0, 0]);
  });

  it('are as sure as they are right', () => {
    const boaster = view(0.6, 8, 'boaster');
    const answers = tempered({ id: 'teacher', answers: boaster, heldOut: boaster }, truth).answers;
    const sureness = truth.map((_, i) => Math.max(...answers.data.subarray(i * classes, (i + 1) * classes)));
    expect(sureness.reduce((a, b) => a + b, 0) / truth.length).toBeLessThan(0.75);
    const modest = view(0.6, 0.5, 'modest');
    expect(tempered({ id: 'words', answers: modest, heldOut: modest }, truth).answers.data[0]).toBeCloseTo(
      modest.data[0] as number,
      5,
    );
  });

  it('agree by more than chance with those that say the same', () => {
    const [a, b, c] = [view(0.9, 2, 'a'), view(0.9, 2, 'b'), view(1 / 3, 2, 'c')];
    const [ofA, ofB, ofC] = agreementWithOthers([a, b, c] as [typeof a, typeof b, typeof c]) as [
      number,
      number,
      number,
    ];
    expect(ofA).toBeCloseTo(ofB, 1);
    expect(ofA).toBeGreaterThan(3 * ofC);
  });
});
