import { expect, it } from 'vitest';
import { labelErrors } from '../../extension/engine/assess/labelErrors';

const classes = 3;
const scores = (...rows: number[][]) => ({ classes, data: Float32Array.from(rows.flat()) });

it('lists labels that the answers contradict, the least believable first', () => {
  const answers = scores([0.9, 0.05, 0.05], [0.25, 0.45, 0.3], [0.02, 0.97, 0.01], [0.1, 0.2, 0.7]);
  const doubts = labelErrors(answers, [0, 0, 0, 2]);
  expect(doubts.map(({ row, suggested }) => [row, suggested])).toEqual([
    [2, 1],
    [1, 1],
  ]);
  expect(doubts[0]?.score).toBeCloseTo(0.02);
  expect(doubts[0]?.suggestedScore).toBeCloseTo(0.97);
});

it('counts a label as wrong when the other class is as sure as it usually is of its own', () => {
  const answers = scores(
    [0.9, 0.1, 0],
    [0.1, 0.9, 0],
    [0.2, 0.8, 0], // sure of class 1 by 0.85 in the mean
    [0.1, 0.87, 0.03],
    [0.4, 0.55, 0.05],
  );
  const doubts = labelErrors(answers, [0, 1, 1, 0, 0]);
  expect(doubts.map(({ row, likely }) => [row, likely])).toEqual([
    [3, true],
    [4, false],
  ]);
});

it('says nothing of texts that nobody could be asked about', () => {
  expect(labelErrors(scores([0, 0, 0], [0.1, 0.2, 0.7]), [2, 2])).toEqual([]);
});
