/** Gradients of reductions: what was drawn together is handed out again. */
import { cast, div, equal, mul } from '../../graph/arithmetic';
import { product } from '../../graph/dims';
import { dimAt } from '../../graph/emit';
import type { Graph, Shape, Value } from '../../graph/graph';
import { expand, reshape, unsqueeze } from '../../graph/layout';
import type { Operator } from '../../graph/operators';
import { reduceSum } from '../../graph/reduce';
import { sizes } from '../../graph/sizes';
import { integer, integers, type Rule, type Step } from '../rule';

export const reductions = {
  ReduceSum: (step) => [() => expand(step.g, withAxes(step, step.dy), step.input(0).shape)],
  ReduceMean: (step) => [
    () => {
      const { g, dy, input } = step;
      const reduced = axesOf(step).map((axis) => dimAt('ReduceMean', input(0), axis));
      return expand(g, withAxes(step, divided(g, dy, reduced)), input(0).shape);
    },
  ],
  ReduceMax: extremum(),
  ReduceMin: extremum(),
} satisfies Partial<Record<Operator, Rule>>;

/** The places that hold the extremum share its gradient in equal parts. */
function extremum(): Rule {
  return (step) => [
    () => {
      const { g, dy, input, output } = step;
      const x = input(0);
      const winners = cast(g, equal(g, x, withAxes(step, output(0))), x.type);
      const share = div(g, withAxes(step, dy), reduceSum(g, winners, axesOf(step), true));
      return mul(g, winners, share);
    },
  ];
}

function axesOf({ g, input }: Step): number[] {
  return integers(g, input(1));
}

/** The result of the reduction (or a gradient by it) with the reduced axes back, as axes of size 1. */
function withAxes(step: Step, reduced: Value): Value {
  return integer(step.node, 'keepdims') === 1 ? reduced : unsqueeze(step.g, reduced, axesOf(step));
}

/** Divided by a number of elements, which may be known only at run time. */
function divided(g: Graph, x: Value, elements: Shape): Value {
  const count = product(elements);
  if (typeof count === 'number') return mul(g, x, 1 / count);
  return div(g, x, cast(g, reshape(g, sizes(g, [count]), []), x.type));
}
