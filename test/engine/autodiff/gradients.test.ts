/** The reverse pass itself: what it visits, what it sums, what it refuses, and what it leaves alone. */
import { describe, expect, it } from 'vitest';
import { gradients, stopGradient } from '../../../extension/engine/autodiff/gradients';
import type { AppError } from '../../../extension/protocol/appError';
import { add, cast, exp, identity, mul, sign, tanh } from '../../../extension/engine/graph/arithmetic';
import { Graph, type Value } from '../../../extension/engine/graph/graph';
import { liveGraph } from '../../../extension/engine/graph/live';
import { matmul } from '../../../extension/engine/graph/matrix';
import { layerNorm } from '../../../extension/engine/graph/neural';
import { dynamicQuantizeLinear, matmulInteger } from '../../../extension/engine/graph/quantised';
import { reduceMean, reduceSum } from '../../../extension/engine/graph/reduce';
import { modelBytes } from '../../../extension/engine/graph/serialise';
import { Session } from '../../../extension/engine/runtime/session';
import { f32, floats, type Tensor } from '../../../extension/engine/runtime/tensor';

describe('gradients', () => {
  it('are summed where a value is used several times', async () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    // d/dx sum(x * x + x * exp(x)) = 2x + exp(x) + x exp(x)
    const [dx] = gradients(g, reduceSum(g, add(g, mul(g, x, x), mul(g, x, exp(g, x)))), [x]);
    const expected = [0.5, -1].map((v) => 2 * v + Math.exp(v) * (1 + v));
    expectClose(await evaluate(g, dx, { x: f32([2], [0.5, -1]) }), expected);
  });

  it('are given by values in the middle of a graph, and through them', async () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [1]);
    const y = mul(g, x, 3);
    const loss = reduceSum(g, mul(g, y, y));
    const [dy, dx] = gradients(g, loss, [y, x]);
    expectClose(await evaluate(g, dy, { x: f32([1], [2]) }, 'dy'), [12]);
    expectClose(await evaluate(g, dx, { x: f32([1], [2]) }, 'dx'), [36]);
  });

  it('are zeros where the loss does not depend on a value, whatever its sizes are called', async () => {
    const g = new Graph();
    const x = g.input('x', 'float32', ['batch', 2]);
    const other = g.input('other', 'float32', ['batch', 3]);
    const [gradient] = gradients(g, reduceSum(g, x), [other]);
    const feeds = { x: f32([2, 2]), other: f32([2, 3]) };
    expect(gradient?.shape).toEqual(['batch', 3]);
    expectClose(await evaluate(g, gradient, feeds), [0, 0, 0, 0, 0, 0]);
  });

  it('pass a step function as zeros', async () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    const [dx] = gradients(g, reduceSum(g, mul(g, x, sign(g, x))), [x]);
    expectClose(await evaluate(g, dx, { x: f32([2], [3, -3]) }), [1, -1]);
  });

  it('do not cross stopGradient, which changes no value', async () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [1]);
    const stopped = stopGradient(g, mul(g, x, x));
    const loss = reduceSum(g, mul(g, stopped, x));
    const [dx] = gradients(g, loss, [x]);
    g.output(loss, 'loss');
    expectClose(await evaluate(g, dx, { x: f32([1], [3]) }), [9]);
    expectClose(await evaluate(g, undefined, { x: f32([1], [3]) }, 'loss'), [27]);
  });

  it('can be taken of several losses in one graph', async () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    const y = tanh(g, x);
    const [first] = gradients(g, reduceSum(g, y), [x]);
    const [second] = gradients(g, reduceMean(g, mul(g, y, y)), [x]);
    const feeds = { x: f32([2], [0.3, 0.7]) };
    const slope = (v: number): number => 1 - Math.tanh(v) ** 2;
    expectClose(await evaluate(g, first, feeds, 'first'), [slope(0.3), slope(0.7)]);
    expectClose(
      await evaluate(g, second, feeds, 'second'),
      [0.3, 0.7].map((v) => Math.tanh(v) * slope(v)),
    );
  });
});

describe('the cost of gradients', () => {
  it('is one product for the input of a frozen weight, and none for the weight', () => {
    const { g, x, weight } = layer();
    expect(count(g, 'MatMul', reduceSum(g, matmul(g, x, weight)), [x])).toBe(1);
  });

  it('is nothing below the lowest trained value', () => {
    const { g, x, weight } = layer();
    const bias = g.input('bias', 'float32', [4]);
    const loss = reduceSum(g, add(g, matmul(g, tanh(g, matmul(g, x, weight)), weight), bias));
    expect(count(g, 'MatMul', loss, [bias])).toBe(0);
  });

  it('is one product of matrices for the weight of a batch, not one for each text', () => {
    const { g, x } = layer();
    const weight = g.input('trained', 'float32', [4, 4]);
    const [dw] = gradients(g, reduceSum(g, matmul(g, x, weight)), [weight]);
    const product = dw && g.producer(dw);
    expect(product?.op).toBe('MatMul');
    expect(product?.inputs.map((input) => input?.shape)).toEqual([
      [4, 'batch*tokens'],
      ['batch*tokens', 4],
    ]);
  });

  function layer(): { g: Graph; x: Value; weight: Value } {
    const g = new Graph();
    const x = g.input('x', 'float32', ['batch', 'tokens', 4]);
    return { g, x, weight: g.constant('weight', f32([4, 4])) };
  }

  /** How many nodes the gradients add that are really run. */
  function count(g: Graph, op: string, loss: Value, wrt: Value[]): number {
    const before = g.nodes.length;
    gradients(g, loss, wrt).forEach((gradient, i) => g.output(gradient, `gradient${i}`));
    const added = new Set(g.nodes.slice(before));
    return liveGraph(g).nodes.filter((node) => node.op === op && added.has(node)).length;
  }
});

describe('refused', () => {
  it('is an operator that has no rule, by its name', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    const [y] = g.node('Sinh', [x], [{ type: 'float32', shape: [2] }]);
    expectError('autodiff/no-rule', /Sinh/, () => gradients(g, reduceSum(g, y ?? x), [x]));
  });

  it('is 8-bit arithmetic, which would drop the gradient silently', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2, 2]);
    const q = dynamicQuantizeLinear(g, x);
    const weight = g.constant('weight', { type: 'int8', shape: [2, 2], data: Int8Array.of(1, 2, 3, 4) });
    const y = mul(g, cast(g, matmulInteger(g, q.values, weight, q.zeroPoint), 'float32'), q.scale);
    expectError('autodiff/no-rule', /DynamicQuantizeLinear/, () => gradients(g, reduceSum(g, y), [x]));
  });

  it('is the gradient by a statistic of a normalisation', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2, 3]);
    const y = layerNorm(g, x, g.constant('scale', f32([3])), g.constant('bias', f32([3])), 1e-5);
    const mean = g.producer(y)?.outputs[1] ?? y;
    expectError('autodiff/no-rule', /LayerNormalization/, () => gradients(g, reduceSum(g, mean), [x]));
  });

  it('is a loss of several elements, and what is not float', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2]);
    const ids = g.input('ids', 'int64', [2]);
    expectError('autodiff/not-a-loss', /"x" float32\[2\]/, () => gradients(g, x, [x]));
    expectError('autodiff/not-float', /"ids" int64\[2\]/, () => gradients(g, reduceSum(g, x), [ids]));
  });

  function expectError(code: `${string}/${string}`, message: RegExp, act: () => unknown): void {
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ code }) as AppError);
  }
});

async function evaluate(
  g: Graph,
  value: Value | undefined,
  feeds: Record<string, Tensor>,
  name = 'result',
): Promise<number[]> {
  if (value) g.output(identity(g, value), name);
  const session = await Session.create(modelBytes(g), { device: 'cpu', threads: 1 });
  try {
    return [...floats((await session.run(feeds, [name]))[name])];
  } finally {
    await session.dispose();
  }
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((x, i) => expect(x).toBeCloseTo(expected[i] ?? NaN, 4));
}
