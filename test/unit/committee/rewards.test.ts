import { describe, expect, it } from 'vitest';
import { rewardsOf, sampleGroups } from '../../../extension/engine/committee/rewards';
import { Random } from '../../../extension/engine/learn/random';

const scores = (...rows: number[][]) => ({
  classes: rows[0]?.length ?? 0,
  data: Float32Array.from(rows.flat()),
});
const rules = { price: 0.5, augmentation: 1, hard: 0.25, shares: 0.1 };
const even = { found: [0.5, 0.5], wanted: [0.5, 0.5] };

describe('rewardsOf', () => {
  it('gives a given label everything, others nothing, and abstaining its price', () => {
    const { classes, data } = rewardsOf({ given: [0], judged: scores([0.1, 0.9]) }, [], even, rules);
    expect(classes).toBe(3);
    expect([...data]).toEqual([1, 0, 0.5]);
  });

  it('gives everything to what all checks agree on', () => {
    const checks = { given: [undefined], judged: scores([1, 0]) };
    const { data } = rewardsOf(checks, [scores([3, 1])], even, rules);
    expect([...data]).toEqual([1, 0, 0.5]);
  });

  it('gives less than the price where judges and augmented views are at odds', () => {
    const checks = { given: [undefined], judged: scores([0.5, 0.5]) };
    const { data } = rewardsOf(checks, [scores([3, 1]), scores([1, 3])], even, rules);
    expect(Math.max(data[0] ?? 1, data[1] ?? 1)).toBeLessThan(0.5);
  });

  it('favours a class that comes too rarely, within a limit', () => {
    const rare = { found: [0.99, 0.01], wanted: [0.5, 0.5] };
    const { data } = rewardsOf({ given: [undefined], judged: scores([0.5, 0.5]) }, [], rare, rules);
    expect((data[1] ?? 0) - (data[0] ?? 0)).toBeCloseTo(0.068 + rules.shares, 2);
  });
});

describe('sampleGroups', () => {
  const logs = scores([0.6, 0.3, 0.1].map(Math.log), [0.2, 0.2, 0.6].map(Math.log));

  it('samples as often as the policy says', () => {
    const random = Random.of('samples');
    const { shares } = sampleGroups(logs, scores([1, 0, 0], [1, 0, 0]), 20_000, () => random.uniform());
    [0.6, 0.3, 0.1, 0.2, 0.2, 0.6].forEach((share, i) => expect(shares[i]).toBeCloseTo(share, 1));
  });

  it('compares each action with its group: advantages have mean 0 in each, and deviation 1 over all', () => {
    const random = Random.of('advantages');
    const { shares, advantages, reward } = sampleGroups(logs, scores([1, 0, 0.5], [0.2, 1, 0.5]), 8, () =>
      random.uniform(),
    );
    const of = (row: number, power: number) =>
      [0, 1, 2].reduce(
        (sum, a) => sum + (shares[row * 3 + a] ?? 0) * (advantages[row * 3 + a] ?? 0) ** power,
        0,
      );
    expect(of(0, 1)).toBeCloseTo(0, 5);
    expect(of(1, 1)).toBeCloseTo(0, 5);
    expect((of(0, 2) + of(1, 2)) / 2).toBeCloseTo(1, 5);
    expect(reward).toBeGreaterThan(0);
    expect(reward).toBeLessThan(1);
  });

  it('moves nothing where all samples are worth the same', () => {
    const { advantages } = sampleGroups(logs, scores([0.7, 0.7, 0.7], [0, 0, 0]), 8, () => 0.5);
    expect([...advantages].every((advantage) => advantage === 0)).toBe(true);
  });
});
