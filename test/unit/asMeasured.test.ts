import { expect, it } from 'vitest';
import { asMeasured } from '../../extension/engine/learn/exportChosen';
import type { MemberSnapshot } from '../../extension/protocol/snapshot';

const member = (id: string, accuracy: readonly (readonly [number, number])[]): MemberSnapshot => ({
  id,
  accuracy,
  loss: [[10, 1]],
  agreement: [],
  trusted: [],
  layers: [0],
  trainedParameters: 1,
  chosen: false,
});
const rows = [
  { id: 'student-1', accuracy: 0.75, macroF1: 0.5 },
  { id: 'regression', accuracy: 0.5, macroF1: 0.5 },
];

it('ends a curve where the table stands', () => {
  const steps = [
    [10, 0.25],
    [20, 0.5],
  ] as const;
  expect(asMeasured(member('student-1', steps), rows).accuracy).toEqual([
    [10, 0.25],
    [20, 0.75],
  ]);
});

it('leaves a curve as it is that has no point, or whose member has no labels of its own', () => {
  const unseen = member('student-1', []);
  expect(asMeasured(unseen, rows)).toBe(unseen);
  const unmeasured = member('student-2', [[10, 0.5]]);
  expect(asMeasured(unmeasured, rows)).toBe(unmeasured);
});
