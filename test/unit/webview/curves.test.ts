import { describe, expect, it } from 'vitest';
import { lossRange, shareRange, spreadLabels, tabulate } from '../../../webview/train/curves';

describe('curves as a table', () => {
  it('join on their steps, with holes where one was not measured', () => {
    const table = tabulate([
      { id: 'a', name: 'A', points: [[0, 1], [10, 2]] }, // prettier-ignore
      { id: 'b', name: 'B', points: [[5, 3], [10, NaN]] }, // prettier-ignore
    ]);
    expect(table.steps).toEqual([0, 5, 10]);
    expect(table.values).toEqual([
      [1, undefined, 2],
      [undefined, 3, undefined],
    ]);
  });
});

describe('ranges', () => {
  it.each([
    [0.38, 0.83, 0.3, 0.9],
    [0.91, 0.93, 0.8, 1],
    [1, 1, 0.8, 1],
    [0, 0.05, 0, 0.2],
  ])('of shares %f to %f is %f to %f', (low, high, from, to) => {
    const range = shareRange(low, high);
    expect(range[0]).toBeCloseTo(from, 6);
    expect(range[1]).toBeCloseTo(to, 6);
  });

  it('of losses begins at 0 and ends at a round number', () => {
    expect(lossRange(0.2, 1.13)).toEqual([0, 1.5]);
    expect(lossRange(0.2, 23)).toEqual([0, 30]);
    expect(lossRange(null, null)).toEqual([0, 1]);
  });
});

describe('labels at line ends', () => {
  it('stay where they are when there is room', () => {
    expect(spreadLabels([10, 50, 90], 14, 0, 100)).toEqual([10, 50, 90]);
  });

  it('are moved apart inside their box, in the order of the lines', () => {
    const placed = spreadLabels([99, 97, 98], 14, 0, 100);
    const sorted = [...placed].sort((a, b) => a - b);
    expect(placed.map((centre) => sorted.indexOf(centre))).toEqual([2, 0, 1]);
    for (const [index, centre] of sorted.entries()) {
      expect(centre).toBeLessThanOrEqual(93);
      if (index > 0) expect(centre - (sorted[index - 1] ?? 0)).toBeGreaterThanOrEqual(14);
    }
  });
});
