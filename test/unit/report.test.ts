import { describe, expect, it } from 'vitest';
import { CalibrationBins } from '../../extension/engine/assess/calibrationBins';
import { classFigures } from '../../extension/engine/assess/classFigures';
import { accuracyEstimate, percentileInterval, shareInterval } from '../../extension/engine/assess/intervals';
import { accuracyAt, fitPowerLaw } from '../../extension/engine/assess/learningCurve';
import { argmaxRows, oneHotRows, softmaxRows } from '../../extension/engine/assess/metrics';
import { Random } from '../../extension/engine/learn/random';
import { apart } from '../../extension/engine/learn/views/apart';
import { reportFileOf } from '../../extension/protocol/report';

describe('an interval', () => {
  it('is Wilson’s', () => {
    // R: prop.test(8, 10, conf.level = 0.9, correct = FALSE)
    const { low, high } = shareInterval(0.8, 10);
    expect([low, high].map((x) => x.toFixed(4))).toEqual(['0.5408', '0.9314']);
    expect(shareInterval(1, 10)).toMatchObject({ value: 1, high: 1 });
    expect(shareInterval(0, 0)).toEqual({ value: 0, low: 0, high: 1 });
  });

  it('covers the true share about as often as it says', () => {
    const random = Random.of('coverage');
    for (const [share, count] of [
      [0.85, 40],
      [0.6, 60],
      [0.97, 200],
    ] as const) {
      const covered = Array.from({ length: 2000 }, () => {
        let hits = 0;
        for (let i = 0; i < count; i++) hits += random.uniform() < share ? 1 : 0;
        const { low, high } = shareInterval(hits / count, count);
        return low <= share && share <= high ? 1 : 0;
      }).reduce<number>((a, b) => a + b, 0);
      // A share of few texts is one of few numbers, so no interval can cover exactly as often as it says.
      expect(covered / 2000).toBeGreaterThan(0.84);
      expect(covered / 2000).toBeLessThan(0.96);
    }
  });

  it('of an accuracy lies between what few labels and what many scores say, and is no narrower than the labels allow', () => {
    const alone = accuracyEstimate(28, 40, undefined);
    const both = accuracyEstimate(28, 40, 0.87);
    expect(alone.value).toBe(0.7);
    expect(both.value).toBeGreaterThan(0.75);
    expect(both.value).toBeLessThan(0.85);
    expect(both.high - both.low).toBeGreaterThan(0.18);
    // Sources that agree as well as can be expected leave it as it is; those that do not make it wider.
    const width = ({ low, high }: { low: number; high: number }): number => high - low;
    const plain = shareInterval(both.value, 40);
    expect(width(both)).toBeGreaterThan(width(plain) + 0.02);
    expect(width(accuracyEstimate(33, 40, 0.87))).toBeCloseTo(
      width(shareInterval(accuracyEstimate(33, 40, 0.87).value, 40)),
    );
    // Of many labels, the scores change nothing any more.
    expect(accuracyEstimate(2800, 4000, 0.87).value).toBeCloseTo(0.7, 2);
  });

  it('of draws leaves a twentieth out on either side', () => {
    const draws = Array.from({ length: 101 }, (_, i) => i / 100);
    expect(percentileInterval(0.5, draws)).toEqual({ value: 0.5, low: 0.05, high: 0.95 });
  });
});

describe('a learning curve', () => {
  const points = [20, 40, 60, 80];

  it('is found again', () => {
    const law = { a: 0.9, b: 1.2, c: 0.5 };
    const fitted = fitPowerLaw(points.map((labels) => ({ labels, accuracy: accuracyAt(law, labels) })));
    expect(fitted.c).toBeCloseTo(0.5);
    expect(accuracyAt(fitted, 160)).toBeCloseTo(accuracyAt(law, 160), 6);
  });

  it('never falls, and never passes 1', () => {
    const falling = fitPowerLaw(points.map((labels) => ({ labels, accuracy: 0.9 - labels / 1000 })));
    expect(accuracyAt(falling, 1000)).toBeCloseTo(accuracyAt(falling, 80));
    const steep = fitPowerLaw(points.map((labels) => ({ labels, accuracy: 0.2 + labels / 100 })));
    expect(accuracyAt(steep, 100_000)).toBeLessThanOrEqual(1);
    expect(accuracyAt(steep, 160)).toBeGreaterThan(accuracyAt(steep, 80));
  });
});

it('the figures of a class', () => {
  const [a, b, c] = classFigures(
    [
      [3, 1, 0],
      [1, 5, 0],
      [2, 0, 0],
    ],
    ['a', 'b', 'c'],
  );
  expect(a).toEqual({ label: 'a', texts: 4, precision: 0.5, recall: 0.75, f1: 0.6 });
  expect(b?.precision).toBeCloseTo(5 / 6);
  expect(c).toEqual({ label: 'c', texts: 2, recall: 0, f1: 0 });
});

it('reliability: the bins that have texts', () => {
  const bins = new CalibrationBins(10);
  for (const [score, hit] of [
    [0.95, true],
    [0.91, false],
    [0.42, true],
    [1, true],
  ] as const)
    bins.add(score, hit);
  const { bins: found, ece } = bins.reliability();
  expect(found.map(({ from, texts }) => [from, texts])).toEqual([
    [0.4, 1],
    [0.9, 3],
  ]);
  expect(found[1]?.score).toBeCloseTo(2.86 / 3);
  expect(found[1]?.accuracy).toBeCloseTo(2 / 3);
  expect(ece).toBeCloseTo((0.58 + 0.86) / 4);
});

it('answers on labels that nobody learned from are calibrated by the others’ labels', async () => {
  const classes = 3;
  const random = Random.of('apart');
  const truth = Array.from({ length: 300 }, (_, i) => i % classes);
  // Sure of everything, and right on two thirds.
  const said = truth.map((c) => (random.uniform() < 0.5 ? c : random.int(classes)));
  const answers = softmaxRows(oneHotRows(said, classes), 0.1);
  const { before, after } = await apart([{ id: 'meaning', answers, heldOut: answers }], truth, [1]);
  const score = ({ data }: { data: Float32Array }): number =>
    truth.reduce((sum, _, row) => sum + Math.max(...data.subarray(row * classes, (row + 1) * classes)), 0) /
    truth.length;
  const right = argmaxRows(after).filter((c, row) => c === truth[row]).length / truth.length;
  expect(right).toBeGreaterThan(0.6);
  expect(score(before)).toBeGreaterThan(0.99);
  expect(Math.abs(score(after) - right)).toBeLessThan(0.06);
});

it('the report lies beside the model', () => {
  expect(reportFileOf('/models/v3')).toBe('/models/v3.report.json');
  expect(reportFileOf('C:\\models\\v3\\')).toBe('C:\\models\\v3.report.json');
});
