/** Derivatives of elementwise operators. Operands that were broadcast are summed down by the caller. */
import * as a from '../../graph/arithmetic';
import type { Graph, Value } from '../../graph/graph';
import type { Operator } from '../../graph/operators';
import { binary, unary, type Rule } from '../rule';

const { cast, div, exp, log, mul, neg, pow, sub, where } = a;

/** `dy` where `kept` is true, else 0. */
function masked(g: Graph, kept: Value, dy: Value): Value {
  return where(g, kept, dy, 0);
}

export const elementwise = {
  Identity: unary((_, dy) => dy),
  Cast: unary((g, dy, x) => cast(g, dy, x.type)),
  Neg: unary((g, dy) => neg(g, dy)),
  Abs: unary((g, dy, x) => where(g, a.less(g, x, 0), neg(g, dy), dy)),
  Exp: unary((g, dy, _, y) => mul(g, dy, y)),
  Log: unary((g, dy, x) => div(g, dy, x)),
  Sqrt: unary((g, dy, _, y) => div(g, mul(g, dy, 0.5), y)),
  Reciprocal: unary((g, dy, _, y) => neg(g, mul(g, dy, mul(g, y, y)))),
  Erf: unary((g, dy, x) => mul(g, dy, mul(g, exp(g, neg(g, mul(g, x, x))), 2 / Math.sqrt(Math.PI)))),
  Tanh: unary((g, dy, _, y) => mul(g, dy, sub(g, 1, mul(g, y, y)))),
  Sigmoid: unary((g, dy, _, y) => mul(g, dy, mul(g, y, sub(g, 1, y)))),
  Relu: unary((g, dy, x) => masked(g, a.greater(g, x, 0), dy)),
  Clip: unary((g, dy, x, y) => masked(g, a.equal(g, x, y), dy)),

  Add: binary(
    (_, dy) => dy,
    (_, dy) => dy,
  ),
  Sub: binary(
    (_, dy) => dy,
    (g, dy) => neg(g, dy),
  ),
  Mul: binary(
    (g, dy, _, y) => mul(g, dy, y),
    (g, dy, x) => mul(g, dy, x),
  ),
  Div: binary(
    (g, dy, _, divisor) => div(g, dy, divisor),
    (g, dy, _, divisor, y) => neg(g, div(g, mul(g, dy, y), divisor)),
  ),
  Pow: binary(
    (g, dy, base, exponent) => mul(g, dy, mul(g, exponent, pow(g, base, sub(g, exponent, 1)))),
    (g, dy, base, _, y) => mul(g, dy, mul(g, y, log(g, base))),
  ),
  // Where both are equal, the first one is the winner and takes the whole gradient.
  Max: binary(
    (g, dy, x, y) => masked(g, a.greaterOrEqual(g, x, y), dy),
    (g, dy, x, y) => masked(g, a.less(g, x, y), dy),
  ),
  Min: binary(
    (g, dy, x, y) => masked(g, a.lessOrEqual(g, x, y), dy),
    (g, dy, x, y) => masked(g, a.greater(g, x, y), dy),
  ),
  Where: ({ g, dy, input }) => [undefined, () => where(g, input(0), dy, 0), () => where(g, input(0), 0, dy)],
} satisfies Partial<Record<Operator, Rule>>;
