/**
 * For every operator with a gradient rule, a generator of random examples. The test walks the table of rules, so a
 * rule without a generator here fails by name.
 */
import * as a from '../../../extension/engine/graph/arithmetic';
import type { Graph, Shape, Value } from '../../../extension/engine/graph/graph';
import { gather, gatherElements, scatterElements } from '../../../extension/engine/graph/indexing';
import * as layout from '../../../extension/engine/graph/layout';
import { matmul } from '../../../extension/engine/graph/matrix';
import { gelu, layerNorm, logSoftmax, softmax } from '../../../extension/engine/graph/neural';
import type { Operator } from '../../../extension/engine/graph/operators';
import * as reduce from '../../../extension/engine/graph/reduce';
import type { Case } from './differences';
import type { Draw, Input } from './draw';

export type CaseGenerator = (draw: Draw) => Case;

interface Range {
  readonly low?: number;
  readonly high?: number;
  readonly kinks?: readonly number[];
}

const positive = { low: 0.5, high: 2 };

export const cases: Partial<Record<Operator, CaseGenerator>> = {
  Identity: unary(a.identity),
  Cast: unary((g, x) => a.cast(g, a.cast(g, x, 'float16'), 'float32')),
  Neg: unary(a.neg),
  Abs: unary(a.abs, { kinks: [0] }),
  Exp: unary(a.exp),
  Log: unary(a.log, positive),
  Sqrt: unary(a.sqrt, positive),
  Reciprocal: unary(a.reciprocal, positive),
  Erf: unary(a.erf),
  Tanh: unary(a.tanh),
  Sigmoid: unary(a.sigmoid),
  Relu: unary(a.relu, { kinks: [0] }),
  Clip: (draw) => {
    const [low, high] = draw.pick([
      [-0.5, 0.75] as const,
      [undefined, 0.5] as const,
      [-0.5, undefined] as const,
    ]);
    return unary((g, x) => a.clip(g, x, low, high), { kinks: [-0.5, 0.5, 0.75] })(draw);
  },

  Add: binary(a.add),
  Sub: binary(a.sub),
  Mul: binary(a.mul),
  Div: binary(a.div, {}, positive),
  Pow: binary(a.pow, positive),
  Max: apart(a.max),
  Min: apart(a.min),
  Where: (draw) => {
    const shape = draw.shape();
    const inputs = [draw.input(draw.broadcastable(shape), -1, 1, [0]), draw.input(shape)];
    const other = draw.input(draw.broadcastable(shape));
    return {
      inputs: draw.chance() ? [...inputs, other] : [inputs[0] ?? other, other, inputs[1] ?? other],
      build: (g, [condition, x, y]) => a.where(g, a.greater(g, given(condition), 0), given(x), given(y)),
    };
  },

  MatMul: (draw) => {
    const [m, k, n] = [draw.dim(), draw.dim(), draw.dim()];
    const batch = draw.shape(draw.integer(0, 2));
    const left = draw.chance(0.6) ? batch : draw.broadcastable(batch);
    const right = left === batch ? draw.pick([[], batch, draw.broadcastable(batch)]) : batch;
    return {
      inputs: [draw.input([...left, m, k]), draw.input([...right, k, n])],
      build: (g, [x, y]) => matmul(g, given(x), given(y)),
    };
  },

  Reshape: (draw) => {
    const [x, y, z] = [draw.dim(2), draw.dim(2), draw.dim(2)];
    const target = draw.pick<Shape>([[-1], [x, -1], [1, -1, z], [z, x, y], [x, y, 1, z]]);
    return single(draw, [x, y, z], (g, v) => layout.reshape(g, v, target));
  },
  Squeeze: (draw) => {
    const shape = [draw.dim(), 1, draw.dim(), 1];
    const axes = draw.pick([[1], [-1], [1, 3]]);
    return single(draw, shape, (g, x) => layout.squeeze(g, x, axes));
  },
  Unsqueeze: (draw) => {
    const axes = draw.pick([[0], [-1], [1, 3]]);
    return single(draw, draw.shape(2), (g, x) => layout.unsqueeze(g, x, axes));
  },
  Expand: (draw) => {
    const shape = [draw.dim(2), draw.dim(2), draw.dim(2)];
    const small = [...draw.broadcastable(shape.slice(0, 2)), shape[2] ?? 1];
    // The second input only carries the names of the sizes.
    return {
      inputs: [draw.input(draw.pick([small, shape.with(0, 1), shape.with(2, 1)])), draw.input(shape)],
      build: (g, [x, like]) => a.mul(g, layout.expand(g, given(x), shape), given(like)),
    };
  },
  Transpose: (draw) => {
    const shape = draw.shape(3);
    const perm = draw.pick([undefined, [0, 2, 1], [1, 2, 0], [2, 0, 1]]);
    return single(draw, shape, (g, x) => layout.transpose(g, x, perm));
  },
  Concat: (draw) => {
    const axis = draw.integer(0, 2);
    const shape = draw.shape(3);
    const part = (): Shape => shape.with(axis, draw.dim());
    const inputs = [draw.input(shape), draw.input(part()), draw.input(part())].slice(0, draw.integer(2, 3));
    return { inputs, build: (g, values) => layout.concat(g, values, axis - 3) };
  },
  Slice: (draw) => {
    const axis = draw.integer(0, 1);
    const shape = [draw.dim(3), draw.dim(3)];
    const start = draw.integer(0, 1);
    const end = draw.chance() ? undefined : 2;
    if (draw.chance(0.7)) return single(draw, shape, (g, x) => layout.slice(g, x, axis, start, end));
    // Cuts a joined axis where the first part ends, at a size that may be a name.
    const inputs = [draw.input(shape), draw.input(shape.with(axis, draw.dim()))];
    return {
      inputs,
      build: (g, values) => layout.slice(g, layout.concat(g, values, axis), axis, shape[axis] ?? 1),
    };
  },
  Split: (draw) => {
    const axis = draw.integer(0, 1);
    const parts = [draw.integer(1, 3), draw.integer(1, 3), 1];
    const total = parts.reduce((x, y) => x + y);
    return single(draw, draw.shape(2).with(axis, total), (g, x) => {
      const [first, second] = layout.split(g, x, axis, parts);
      // The last part is not used: the loss does not depend on it.
      return a.mul(g, reduce.reduceSum(g, given(first)), given(second));
    });
  },

  ReduceSum: reduction(reduce.reduceSum),
  ReduceMean: reduction(reduce.reduceMean),
  ReduceMax: reduction(reduce.reduceMax),
  ReduceMin: reduction(reduce.reduceMin),

  Gather: (draw) => {
    const axis = draw.integer(0, 2);
    const shape = draw.shape(3).with(axis, 3);
    const indices = draw.indices(draw.pick([[], [4], [2, 3]]), 3);
    return single(draw, shape, (g, x) => gather(g, x, g.constant('indices', indices), axis));
  },
  GatherElements: (draw) => {
    const axis = draw.integer(0, 1);
    const indices = draw.indices([3, 2].with(axis, 4), 2);
    return single(draw, [3, 2].with(axis, 2), (g, x) => gatherElements(g, x, g.constant('i', indices), axis));
  },
  ScatterElements: (draw) => {
    const axis = draw.integer(0, 1);
    const shape = [4, 4];
    // Without addition, writing twice to one place is undefined, so all places differ.
    const add = draw.chance();
    const places = { type: 'int64', shape: [2, 2], data: BigInt64Array.of(0n, 3n, 2n, 1n) } as const;
    const indices = add ? draw.indices([2, 2], 4) : places;
    return {
      inputs: [draw.input(shape), draw.input([2, 2])],
      build: (g, [x, y]) =>
        scatterElements(g, given(x), g.constant('i', indices), given(y), axis, add ? 'add' : 'none'),
    };
  },

  Softmax: alongAxis(softmax),
  LogSoftmax: alongAxis(logSoftmax),
  Gelu: (draw) => {
    const approximate = draw.pick(['none', 'tanh'] as const);
    return unary((g, x) => gelu(g, x, approximate))(draw);
  },
  LayerNormalization: (draw) => {
    const features = draw.integer(3, 5);
    const shape = [...draw.shape(draw.integer(0, 2)), features];
    const x = { shape, data: draw.distinct(shape, 1) };
    const shifted = draw.chance() ? [draw.input([features])] : [];
    const inputs = [x, draw.input([features], 0.5, 1.5), ...shifted];
    return { inputs, build: (g, [v, scale, bias]) => layerNorm(g, given(v), given(scale), bias, 1e-5) };
  },
};

function single(draw: Draw, shape: Shape, f: (g: Graph, x: Value) => Value): Case {
  return { inputs: [draw.input(shape)], build: (g, [x]) => f(g, given(x)) };
}

function unary(f: (g: Graph, x: Value) => Value, { low, high, kinks }: Range = {}): CaseGenerator {
  return (draw) => ({
    inputs: [draw.input(draw.shape(), low, high, kinks)],
    build: (g, [x]) => f(g, given(x)),
  });
}

/** Two operands, of which one may be smaller and broadcasts. */
function binary(f: a.Binary, range: Range = {}, rangeOfSecond: Range = range): CaseGenerator {
  return (draw) => {
    const shape = draw.shape();
    const small = draw.broadcastable(shape);
    const [left, right] = draw.pick([
      [shape, shape] as const,
      [shape, small] as const,
      [small, shape] as const,
    ]);
    return {
      inputs: [
        draw.input(left, range.low, range.high),
        draw.input(right, rangeOfSecond.low, rangeOfSecond.high),
      ],
      build: (g, [x, y]) => f(g, given(x), given(y)),
    };
  };
}

/** Two operands on different grids, so that a small step does not change which one is larger. */
function apart(f: a.Binary): CaseGenerator {
  return (draw) => {
    const { inputs, build } = binary(f)(draw);
    const onGrid = ({ shape, data }: Input, i: number): Input => ({
      shape,
      data: data.map((x) => Math.round(x) + i / 2),
    });
    return { inputs: inputs.map(onGrid), build };
  };
}

function reduction(f: reduce.Reduction): CaseGenerator {
  return (draw) => {
    const shape = draw.shape(3);
    const axes = draw.pick([undefined, [0], [-1], [1, 2], [0, 2]]);
    const keepdims = draw.chance();
    return {
      inputs: [{ shape, data: draw.distinct(shape) }],
      build: (g, [x]) => f(g, given(x), axes, keepdims),
    };
  };
}

function alongAxis(f: (g: Graph, x: Value, axis: number) => Value): CaseGenerator {
  return (draw) => {
    const axis = draw.integer(-2, 1);
    return single(draw, [draw.dim(2), draw.dim(2)], (g, x) => f(g, x, axis));
  };
}

function given(value: Value | undefined): Value {
  if (!value) throw new Error('The case has fewer inputs than it uses.');
  return value;
}
