/** Reductions over axes; without `axes`, over all. All throw AppError('graph/shape') for an axis that is not there. */
import { int64 } from './constants';
import { axisOf, emit } from './emit';
import type { Graph, Shape, Value } from './graph';
import type { Operator } from './operators';

export type Reduction = (g: Graph, x: Value, axes?: readonly number[], keepdims?: boolean) => Value;

export const reduceSum = reduction('ReduceSum');
export const reduceMean = reduction('ReduceMean');
export const reduceMax = reduction('ReduceMax');
export const reduceMin = reduction('ReduceMin');

/** Where the largest element along `axis` is: int64, without that axis. The first one wins. */
export function argMax(g: Graph, x: Value, axis: number): Value {
  const at = axisOf('ArgMax', x, axis);
  const shape = x.shape.filter((_, i) => i !== at);
  return emit(g, 'ArgMax', [x], { type: 'int64', shape }, { axis: at, keepdims: 0 });
}

function reduction(op: Operator): Reduction {
  return (g, x, axes = x.shape.map((_, i) => i), keepdims = false) => {
    if (axes.length === 0) return x;
    const reduced = axes.map((axis) => axisOf(op, x, axis));
    const shape = reducedShape(x.shape, reduced, keepdims);
    return emit(g, op, [x, int64(g, reduced)], { type: x.type, shape }, { keepdims: keepdims ? 1 : 0 });
  };
}

function reducedShape(shape: Shape, axes: readonly number[], keepdims: boolean): Shape {
  return keepdims
    ? shape.map((dim, i) => (axes.includes(i) ? 1 : dim))
    : shape.filter((_, i) => !axes.includes(i));
}
