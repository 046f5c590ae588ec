import { expect, it } from 'vitest';
import { ticks } from '../../../webview/train/views/report/plot';
import { signedShare } from '../../../webview/train/format';

it.each([
  [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [0.7, 0.9, [0.7, 0.75, 0.8, 0.85, 0.9]],
  [0, 33.6, [0, 10, 20, 30]],
  [0, 536, [0, 100, 200, 300, 400, 500]],
  [0, 0, []],
  [0, Infinity, []],
])('ticks from %f to %f are round', (from, to, expected) => {
  expect(ticks(from, to)).toEqual(expected);
});

it('a change of a share has its sign', () => {
  expect([0.041, -0.012, -0.001].map(signedShare)).toEqual(['+0.04', '−0.01', '+0.00']);
});
