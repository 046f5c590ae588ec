import { describe, expect, it } from 'vitest';
import { BatchPlan } from '../../extension/engine/learn/batches';
import { alignShares } from '../../extension/engine/learn/classShares';
import { lbfgs } from '../../extension/engine/learn/lbfgs';
import { edgeAgreement, neighbourTrust } from '../../extension/engine/learn/neighbourTrust';
import { ParameterLayout } from '../../extension/engine/learn/parameterLayout';
import { Random } from '../../extension/engine/learn/random';
import { learningRateAt, rampAt } from '../../extension/engine/learn/schedule';
import { defaultRecipe, resolveRecipe } from '../../extension/engine/learn/settings';
import { affinityOf, sharpen, spreadLabels } from '../../extension/engine/learn/spreading';
import { parameterSpecs, type Member } from '../../extension/engine/peft/member';

describe('Random', () => {
  it('gives the same stream for the same keys and another for others', () => {
    const draw = (...keys: (string | number)[]) => {
      const random = Random.of(...keys);
      return Array.from({ length: 5 }, () => random.uint32());
    };
    expect(draw(1, 'mask', 7)).toEqual(draw(1, 'mask', 7));
    expect(draw(1, 'mask', 7)).not.toEqual(draw(1, 'mask', 8));
    expect(draw(1, 'mask', 7)).not.toEqual(draw(2, 'mask', 7));
  });

  it('has the mean and spread of its distributions', () => {
    const random = Random.of('moments');
    const uniform = Array.from({ length: 20_000 }, () => random.uniform());
    const normal = Array.from({ length: 20_000 }, () => random.normal());
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(uniform)).toBeCloseTo(0.5, 1);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((x) => x * x))).toBeCloseTo(1, 1);
  });

  it('shuffles into a permutation', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = Random.of(3).shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  });
});

describe('BatchPlan', () => {
  const labelled = Array.from({ length: 40 }, (_, i) => i);
  const unlabelled = Array.from({ length: 1000 }, (_, i) => 100 + i);
  const lengthOf = (text: number) => 10 + ((text * 7919) % 60);
  const plan = () => new BatchPlan(1, labelled, unlabelled, { labelled: 8, unlabelled: 16 }, lengthOf);

  it('does not depend on the steps that were asked before', () => {
    const whole = plan();
    const all = Array.from({ length: 40 }, (_, step) => whole.at(step));
    expect(plan().at(33)).toEqual(all[33]);
  });

  it('shows each text once an epoch', () => {
    const p = plan();
    const seen = Array.from({ length: 5 }, (_, step) => p.at(step).labelled).flat();
    expect(seen).toHaveLength(40);
    const epoch = Array.from({ length: 40 }, (_, step) => p.at(step).labelled).flat();
    for (const text of labelled) expect(epoch.filter((t) => t === text)).toHaveLength(8);
  });

  it('keeps a step to texts of like length', () => {
    const p = plan();
    const waste = Array.from({ length: 40 }, (_, step) => p.at(step).unlabelled.map(lengthOf)).map(
      (lengths) => (Math.max(...lengths) * lengths.length) / lengths.reduce((a, b) => a + b, 0),
    );
    expect(waste.reduce((a, b) => a + b, 0) / waste.length).toBeLessThan(1.2);
  });

  it('goes without unlabelled texts', () => {
    const p = new BatchPlan(1, [5, 6], [], { labelled: 8, unlabelled: 16 }, lengthOf);
    expect(p.at(0).unlabelled).toEqual([]);
    expect(p.at(3).labelled).toHaveLength(8);
  });
});

describe('spreadLabels', () => {
  /** Two chains of texts without an edge between them. */
  const chains = {
    k: 1,
    indices: Int32Array.from([1, 2, 1, 4, 5, 4]),
    similarities: Float32Array.from([0.9, 0.9, 0.9, 0.8, 0.8, 0.8]),
  };

  const y = (...rows: number[][]) => ({ classes: 2, data: Float32Array.from(rows.flat()) });

  it('gives each text the label that it is connected with', () => {
    const none = [0, 0];
    const { data } = spreadLabels(affinityOf(chains), y([1, 0], none, none, [0, 1], none, none), 0.9);
    for (const text of [0, 1, 2]) expect(data[text * 2]).toBeCloseTo(1);
    for (const text of [3, 4, 5]) expect(data[text * 2 + 1]).toBeCloseTo(1);
  });

  it('lets neighbours outvote a lone guess, the more so the more they are heard', () => {
    const guesses = y([0.9, 0.1], [0.4, 0.6], [0.9, 0.1], [0, 1], [0, 1], [0, 1]);
    const middle = (alpha: number) => spreadLabels(affinityOf(chains), guesses, alpha).data[2] ?? 0;
    expect(middle(0)).toBeCloseTo(0.4);
    expect(middle(0.9)).toBeGreaterThan(0.5);
    expect(middle(0.9)).toBeGreaterThan(middle(0.5));
  });

  it('sharpens towards the likeliest class and keeps rows at one', () => {
    const sharp = sharpen({ classes: 2, data: Float32Array.from([0.6, 0.4]) }, 6);
    expect(sharp.data[0]).toBeCloseTo(0.6 ** 6 / (0.6 ** 6 + 0.4 ** 6));
    expect((sharp.data[0] ?? 0) + (sharp.data[1] ?? 0)).toBeCloseTo(1);
  });
});

describe('neighbourTrust', () => {
  /** A ring of texts: each is near the next one. */
  const count = 40;
  const ring = affinityOf({
    k: 1,
    indices: Int32Array.from({ length: count }, (_, i) => (i + 1) % count),
    similarities: new Float32Array(count).fill(1),
  });
  const answers = (classOf: (text: number) => number) => ({
    classes: 2,
    data: Float32Array.from({ length: count * 2 }, (_, i) => (classOf(i >> 1) === i % 2 ? 1 : 0)),
  });

  it('believes neighbours that answer alike, and not those that answer by chance or against each other', () => {
    expect(
      neighbourTrust(
        ring,
        answers((text) => (text < 20 ? 0 : 1)),
      ),
    ).toBe(1);
    expect(
      neighbourTrust(
        ring,
        answers((text) => text % 2),
      ),
    ).toBe(0);
    const random = Random.of('trust');
    expect(
      neighbourTrust(
        ring,
        answers(() => random.int(2)),
      ),
    ).toBe(0);
  });

  it('goes by the texts that have an answer', () => {
    const half = answers((text) => (text < 20 ? 0 : 1));
    half.data.fill(0, 0, 2 * 10);
    expect(neighbourTrust(ring, half)).toBe(1);
    half.data.fill(0);
    expect(neighbourTrust(ring, half)).toBe(0);
  });

  it('has an agreement of one, of minus one, and of zero where there is nothing to tell', () => {
    const classes = (classOf: (text: number) => number) =>
      Array.from({ length: count }, (_, i) => classOf(i));
    expect(
      edgeAgreement(
        ring,
        classes((i) => i % 2),
        2,
      ),
    ).toBeCloseTo(-1);
    expect(
      edgeAgreement(
        ring,
        classes((i) => (i < 20 ? 0 : 1)),
        2,
      ),
    ).toBeCloseTo(0.9);
    expect(
      edgeAgreement(
        ring,
        classes(() => 0),
        2,
      ),
    ).toBe(0);
  });
});

describe('alignShares', () => {
  /** Texts of two classes: `sure` ones of the first and the last class, and doubtful ones that lean to the first. */
  const labels = (first: number, last: number, doubtful: number) => ({
    classes: 2,
    data: Float32Array.from([
      ...Array.from({ length: first }, () => [0.99, 0.01]).flat(),
      ...Array.from({ length: last }, () => [0.01, 0.99]).flat(),
      ...Array.from({ length: doubtful }, () => [0.55, 0.45]).flat(),
    ]),
  });
  const share = ({ classes, data }: { classes: number; data: Float32Array }) => {
    const firsts = [...data].filter((_, i) => i % classes === 0);
    return firsts.reduce((a, b) => a + b, 0) / firsts.length;
  };

  it('takes a small difference from the expected shares for an error, and mends it where labels are in doubt', () => {
    const before = labels(50, 40, 10);
    const after = alignShares(before, [0.5, 0.5], 1);
    expect(share(before)).toBeGreaterThan(0.55);
    expect(share(after)).toBeLessThan(0.51);
    expect(after.data[0]).toBeGreaterThan(0.95);
    expect(after.data.at(-1)).toBeGreaterThan(0.5);
  });

  it('takes a large difference for what the texts are', () => {
    const before = labels(90, 5, 5);
    expect(share(alignShares(before, [0.5, 0.5], 1))).toBeCloseTo(share(before), 2);
  });

  it('does nothing without strength, and keeps rows at one', () => {
    const before = labels(50, 40, 10);
    expect(share(alignShares(before, [0.5, 0.5], 0))).toBeCloseTo(share(before), 5);
    const { data } = alignShares(before, [0.7, 0.3], 1);
    for (let i = 0; i < data.length; i += 2) expect((data[i] ?? 0) + (data[i + 1] ?? 0)).toBeCloseTo(1, 5);
  });

  it('stays finite where a class is never found', () => {
    const { data } = alignShares({ classes: 2, data: Float32Array.from([1, 0, 1, 0]) }, [0.5, 0.5], 1);
    expect([...data]).toEqual([1, 0, 1, 0]);
  });
});

describe('lbfgs', () => {
  it('finds the minimum of the Rosenbrock function', async () => {
    const x = await lbfgs(
      ([a = 0, b = 0]) =>
        Promise.resolve({
          value: (1 - a) ** 2 + 100 * (b - a * a) ** 2,
          gradient: Float64Array.from([-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)]),
        }),
      Float64Array.from([-1.2, 1]),
      { tolerance: 1e-6 },
    );
    expect(x[0]).toBeCloseTo(1, 4);
    expect(x[1]).toBeCloseTo(1, 4);
  });
});

describe('ParameterLayout', () => {
  it('lets a member inherit the same layers of the base model, and no head', () => {
    const member = (id: string, layers: number[]): Member => ({
      id,
      layers,
      classes: 2,
      adapter: {
        kind: 'lora',
        bind: () => ({}),
        merge: () => undefined,
        parameters: layers.map((_, own) => ({ name: `layer.${own}.x`, shape: [1], init: 'zeros' })),
      },
    });
    const [teacher, student] = [member('teacher', [0, 1, 2]), member('student', [0, 2])];
    const layout = new ParameterLayout([teacher, student].flatMap((m) => parameterSpecs(m, 1)));
    const flat = Float32Array.from({ length: layout.size }, (_, i) => i + 1);
    const before = flat.slice();
    layout.inherit(flat, teacher, student);
    const at = (values: Float32Array, name: string) => [...layout.read(values, name)];
    expect(at(flat, 'student/layer.0.x')).toEqual(at(before, 'teacher/layer.0.x'));
    expect(at(flat, 'student/layer.1.x')).toEqual(at(before, 'teacher/layer.2.x'));
    const own = layout.slots.findIndex(({ spec }) => spec.name === 'student/head.weight');
    const rest = layout.slots[own]?.offset ?? 0;
    expect(flat.subarray(rest)).toEqual(before.subarray(rest));
    expect(flat.subarray(0, 3)).toEqual(before.subarray(0, 3));
  });
});

describe('schedule', () => {
  it('warms up to the peak and falls to zero', () => {
    const rates = Array.from({ length: 100 }, (_, step) => learningRateAt(step, 100, 1e-3, 0.1));
    expect(Math.max(...rates)).toBeCloseTo(1e-3);
    expect(rates.indexOf(Math.max(...rates))).toBe(9);
    expect(rates[99]).toBeLessThan(2e-5);
    expect(rates[99]).toBeGreaterThan(0);
  });

  it('ramps from nothing to all', () => {
    expect(rampAt(0, 100, 0.5)).toBe(0);
    expect(rampAt(25, 100, 0.5)).toBe(0.5);
    expect(rampAt(80, 100, 0.5)).toBe(1);
    expect(rampAt(0, 100, 0)).toBe(1);
  });
});

describe('resolveRecipe', () => {
  it('names a student layer that the base model does not have', () => {
    expect(() => resolveRecipe({ students: [[0, 9]] }, 6)).toThrow(/layer 9.*layers 0 to 5/);
  });

  it('takes fewer steps on long texts and more on short ones, within bounds', () => {
    const usual = resolveRecipe({}, 6);
    expect(resolveRecipe({}, 6, { meanTokens: 4 * 44 }).steps).toBe(Math.round(usual.steps / 2));
    expect(resolveRecipe({}, 6, { classes: 77 }).steps).toBe(2 * usual.steps);
    expect(resolveRecipe({}, 6, { classes: 3 }).steps).toBe(usual.steps);
    expect(resolveRecipe({}, 6, { meanTokens: 1000 }).teachSteps).toBe(Math.round(usual.teachSteps * 0.4));
    expect(resolveRecipe({}, 6, { meanTokens: 1000 }).pieceTokens).toBe(usual.windowTokens);
    expect(resolveRecipe({}, 6, { meanTokens: 5 }).steps).toBe(usual.steps * 2);
    expect(resolveRecipe({}, 6, { meanTokens: 5 }).teachSteps).toBe(usual.teachSteps * 2);
    expect(resolveRecipe({ steps: 7 }, 6, { meanTokens: 5 }).steps).toBe(7);
  });

  it('takes more steps where there are many texts without a label, up to twice the usual ones', () => {
    const { steps, unlabelledBatch } = resolveRecipe({}, 6);
    expect(resolveRecipe({}, 6, { unlabelled: 100 }).steps).toBe(steps);
    expect(resolveRecipe({}, 6, { unlabelled: 0.75 * steps * unlabelledBatch }).steps).toBe(1.5 * steps);
    expect(resolveRecipe({}, 6, { unlabelled: 20_000 }).steps).toBe(2 * steps);
    expect(resolveRecipe({ unlabelled: false }, 6, { unlabelled: 20_000 }).steps).toBe(steps);
  });

  it('teaches few labels in small batches and many in larger ones', () => {
    const recipes = [30, 40, 60, 770].map((labelled) => resolveRecipe({}, 6, { labelled }));
    expect(recipes.map(({ teachBatch }) => teachBatch)).toEqual([4, 4, 6, 16]);
    expect(recipes.map(({ labelledBatch }) => labelledBatch)).toEqual([4, 4, 6, 8]);
  });

  it('learns from no more texts than its steps draw', () => {
    expect(resolveRecipe({ steps: 10 }, 6).mostLearned).toBe(10 * resolveRecipe({}, 6).unlabelledBatch);
    expect(resolveRecipe({ steps: 10_000 }, 6).mostLearned).toBe(defaultRecipe.mostLearned);
  });

  it('makes students of half the depth, and of a one-layer model the only one there is', () => {
    expect(resolveRecipe({}, 6).students).toEqual([
      [0, 1, 2],
      [0, 2, 5],
    ]);
    expect(resolveRecipe({}, 12).students).toEqual([
      [0, 1, 2],
      [0, 5, 11],
    ]);
    expect(resolveRecipe({}, 6, { meanTokens: 100 }).students[1]).toEqual([0, 2, 4]);
    expect(resolveRecipe({}, 1).students).toEqual([[0]]);
  });
});
