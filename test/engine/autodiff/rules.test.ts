/** Every gradient rule against central differences, on random shapes with broadcasting and named sizes. */
import { afterEach, describe, expect, it } from 'vitest';
import { rules } from '../../../extension/engine/autodiff/rules';
import type { Rule } from '../../../extension/engine/autodiff/rule';
import { cast, mul } from '../../../extension/engine/graph/arithmetic';
import type { Graph, Value } from '../../../extension/engine/graph/graph';
import type { Operator } from '../../../extension/engine/graph/operators';
import { Session } from '../../../extension/engine/runtime/session';
import { cases } from './cases';
import { compareGradients, tolerance } from './differences';
import { Draw } from './draw';

const samples = 12;

const differentiable = Object.entries(rules).flatMap(([op, rule]) =>
  typeof rule === 'function' ? [[op as Operator, rule] as const] : [],
);

describe('gradient rules', () => {
  it.each(differentiable)('%s agrees with differences', async (op) => {
    for (let seed = 0; seed < samples; seed++) {
      const { error, worst, operators } = await sample(op, seed);
      expect(operators, `the case of ${op} holds the operator`).toContain(op);
      expect(error, `${op}, seed ${seed}: ${worst}`).toBeLessThan(tolerance);
    }
  });

  it('leave no session behind', () => {
    expect(Session.live).toBe(0);
  });
});

/** A test that cannot fail shows nothing: each gradient of each rule is made wrong by 2 %, and must be caught. */
describe('a wrong rule is caught', () => {
  const table = rules as Record<string, Rule>;
  const restore = new Map<string, Rule>();
  afterEach(() => {
    for (const [op, rule] of restore) table[op] = rule;
    restore.clear();
  });

  it.each(differentiable)('%s', async (op, rule) => {
    const seen = new Set<number>();
    const caught = new Set<number>();
    restore.set(op, rule);
    for (let wrong = 0; wrong < 3; wrong++) {
      table[op] = (step) =>
        rule(step).map((gradient, i) => {
          if (gradient) seen.add(i);
          return gradient && i === wrong ? () => wronged(step.g, gradient()) : gradient;
        });
      for (let seed = 0; seed < samples && !caught.has(wrong); seed++) {
        if ((await sample(op, seed)).error > tolerance) caught.add(wrong);
      }
    }
    expect(
      [...seen].filter((input) => !caught.has(input) && input < 3),
      `inputs of ${op}`,
    ).toEqual([]);
  });
});

/** 2 % too large. Float16 has no constants of its own. */
function wronged(g: Graph, x: Value): Value {
  return cast(g, mul(g, cast(g, x, 'float32'), 1.02), x.type);
}

async function sample(op: Operator, seed: number): ReturnType<typeof compareGradients> {
  const generator = cases[op];
  if (!generator) throw new Error(`The rule of ${op} has no case in test/engine/autodiff/cases.ts.`);
  const draw = new Draw(seed);
  return compareGradients(generator(draw), draw);
}
