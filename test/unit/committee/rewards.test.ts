import { describe, expect, it } from 'vitest';
import { rewardsOf, sampleGroups } from '../../../extension/engine/committee/rewards';
import { Random } from '../../../extension/engine/learn/random';

const scores = (...rows: number[][]) => ({
  classes: rows[0]?.length ?? 0,
  data: Float32Array.from(rows.flat()),
});
const rules = { price: 0.5, augmentation: 1, shares: 0.1 };
const even = { found: [0.5, 0.5], wanted: [0.5, 0.5] };

describe('rewardsOf', () => {
  it('gives a given label everything, others nothing, and abstaining its price', () => {
    const judges = [{ answers: scores([0.1, 0.9]), weight: 1 }];
    const { classes, data } = rewardsOf({ given: [0], judges }, [], even, rules);
    expect(classes).toBe(3);
    expect([...data]).toEqual([1, 0, 0.5]);
  });

  it('gives everything to what all checks agree on', () => {
    const judges = [{ answers: scores([0.9, 0.1]), weight: 1 }];
    const { data } = rewardsOf({ given: [undefined], judges }, [scores([3, 1])], even, rules);
    expect(data[0]).toBeCloseTo(1, 5);
    expect(data[1]).toBeLessThan(0.1);
  });

  it('gives less than the price to a label that judges and augmented views are at odds about', () => {
    const judges = [
      { answers: scores([0.9, 0.1]), weight: 1 },
      { answers: scores([0.1, 0.9]), weight: 1 },
    ];
    const { data } = rewardsOf({ given: [undefined], judges }, [scores([3, 1]), scores([1, 3])], even, rules);
    expect(Math.max(data[0] ?? 1, data[1] ?? 1)).toBeLessThan(0.5);
  });

  it('leaves out judges that have not looked, and favours a class that comes too rarely', () => {
    const judges = [
      { answers: scores([0.5, 0.5]), weight: 1 },
      { answers: scores([0, 0]), weight: 5 },
    ];
    const rare = { found: [0.9, 0.1], wanted: [0.5, 0.5] };
    const { data } = rewardsOf({ given: [undefined], judges }, [], rare, rules);
    expect(data[1]).toBeGreaterThan(data[0] ?? 1);
    expect((data[1] ?? 0) - (data[0] ?? 0)).toBeLessThanOrEqual(2 * rules.shares + 0.5);
  });
});

describe('sampleGroups', () => {
  const logs = scores([0.6, 0.3, 0.1].map(Math.log), [0.2, 0.2, 0.6].map(Math.log));

  it('samples as often as the policy says', () => {
    const random = Random.of('samples');
    const { shares } = sampleGroups(logs, scores([1, 0, 0], [1, 0, 0]), 20_000, () => random.uniform());
    [0.6, 0.3, 0.1, 0.2, 0.2, 0.6].forEach((share, i) => expect(shares[i]).toBeCloseTo(share, 1));
  });

  it('compares each action with its group: advantages have mean 0 and deviation 1 over the samples', () => {
    const random = Random.of('advantages');
    const { shares, advantages, reward } = sampleGroups(logs, scores([1, 0, 0.5], [0.2, 1, 0.5]), 8, () =>
      random.uniform(),
    );
    for (const row of [0, 1]) {
      const of = (power: number) =>
        [0, 1, 2].reduce(
          (sum, a) => sum + (shares[row * 3 + a] ?? 0) * (advantages[row * 3 + a] ?? 0) ** power,
          0,
        );
      expect(of(1)).toBeCloseTo(0, 5);
      expect(of(2)).toBeCloseTo(1, 5);
    }
    expect(reward).toBeGreaterThan(0);
    expect(reward).toBeLessThan(1);
  });

  it('moves nothing where all samples are worth the same', () => {
    const { advantages } = sampleGroups(logs, scores([0.7, 0.7, 0.7], [0, 0, 0]), 8, () => 0.5);
    expect([...advantages].every((advantage) => advantage === 0)).toBe(true);
  });
});
