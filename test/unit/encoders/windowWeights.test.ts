import { describe, expect, it } from 'vitest';
import { drawnWindow, windowWeights } from '../../../extension/engine/encoders/windowWeights';

describe('the windows of a text', () => {
  it('count together 1, each less than the one before it', () => {
    expect(windowWeights(0)).toEqual([]);
    expect(windowWeights(1)).toEqual([1]);
    expect(windowWeights(2)).toEqual([0.8, 0.2]);
    const weights = windowWeights(9);
    expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
  });

  it('are drawn as often as they count', () => {
    const draws = 10_000;
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < draws; i++) {
      const at = drawnWindow(4, (i + 0.5) / draws);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    windowWeights(4).forEach((weight, i) =>
      expect(Math.abs((counts[i] ?? 0) - draws * weight)).toBeLessThan(2),
    );
    expect(drawnWindow(4, 1 - Number.EPSILON / 2)).toBe(3);
    expect(drawnWindow(0, 0.5)).toBe(0);
  });
});
