import { expect, it } from 'vitest';
import { settle, withReflections, type Heard } from '../../../extension/engine/committee/settle';

const scores = (...rows: number[][]) => ({ classes: 2, data: Float32Array.from(rows.flat()) });
const said = (id: string, ...rows: number[][]) => ({ id, answers: scores(...rows) });
const nothing = scores([0, 0], [0, 0], [0, 0]);

function heard(over: Partial<Heard> = {}): Heard {
  return {
    // All agree; one objects; nobody knows.
    opinions: [
      said('a', [0.9, 0.1], [0.9, 0.1], [0.5, 0.5]),
      said('b', [0.7, 0.3], [0.15, 0.85], [0.5, 0.5]),
    ],
    powers: [0.7, 0.3],
    near: nothing,
    alpha: 0.6,
    duplicates: [undefined, undefined, undefined],
    ...over,
  };
}

it('lets one objection be enough', () => {
  const { objections, kinds } = settle(heard(), 0.5);
  expect(objections).toEqual([[], [1], []]);
  expect(kinds).toEqual(['agreed', 'keep', 'agreed']);
});

it('asks near texts only where somebody objects', () => {
  const near = scores([0, 1], [0, 1], [0, 1]);
  const { vote, labels, kinds } = settle(heard({ near }), 0.5);
  expect(kinds).toEqual(['agreed', 'change', 'agreed']);
  expect([...labels.data.subarray(0, 2)]).toEqual([...vote.data.subarray(0, 2)]);
  expect(labels.data[3]).toBeGreaterThan(0.5);
});

it('abstains where what is settled is less sure than abstaining is worth', () => {
  expect(settle(heard(), 0.9).kinds[1]).toBe('abstain');
});

it('hears a given label of nearly the same text, and others who object', () => {
  const { contradicted, kinds } = settle(heard({ duplicates: [1, undefined, undefined] }), 0.5, new Set([2]));
  expect([...contradicted]).toEqual([0]);
  expect(kinds[0]).toBe('change');
  expect(kinds[2]).toBe('keep');
});

it('puts a reflection before what was settled', () => {
  const settled = withReflections(
    settle(heard(), 0.5),
    new Map([
      [0, { label: 1, confidence: 1 }],
      [1, { label: undefined, confidence: 0.5 }],
    ]),
  );
  expect(settled.kinds.slice(0, 2)).toEqual(['change', 'abstain']);
  expect(settled.labels.data[1]).toBeGreaterThan(0.9);
  expect(settled.labels.data[0] ?? 1).toBeCloseTo(1 - (settled.labels.data[1] ?? 0), 5);
});
