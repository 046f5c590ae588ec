import { expect, it } from 'vitest';
import { areaUnderRiskCoverage } from '../../extension/engine/assess/riskCoverage';

it('is the mean share of wrong answers among the surest', () => {
  // Surest first: right, wrong, right -> 0, 1/2, 1/3.
  expect(areaUnderRiskCoverage([0.5, 0.9, 0.7], [true, true, false])).toBeCloseTo((1 / 2 + 1 / 3) / 3, 10);
});

it('is least where the wrong answers are the unsurest', () => {
  const right = [true, true, false];
  expect(areaUnderRiskCoverage([0.9, 0.8, 0.1], right)).toBeLessThan(
    areaUnderRiskCoverage([0.1, 0.8, 0.9], right),
  );
});

it('does not depend on the order of equal scores', () => {
  expect(areaUnderRiskCoverage([0.5, 0.5], [true, false])).toBeCloseTo(0.5, 10);
  expect(areaUnderRiskCoverage([0.5, 0.5], [false, true])).toBeCloseTo(0.5, 10);
  expect(areaUnderRiskCoverage([], [])).toBe(0);
});
