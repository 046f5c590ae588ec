/** Gradients of the operators of neural networks. */
import { add, erf, exp, mul, sub, tanh } from '../../graph/arithmetic';
import type { Graph, Value } from '../../graph/graph';
import type { Operator } from '../../graph/operators';
import { reduceMean, reduceSum } from '../../graph/reduce';
import { integer, once, refuseGradient, type Rule } from '../rule';

export const neural = {
  Softmax: ({ g, dy, node, output }) => [
    () => {
      const y = output(0);
      return mul(g, y, sub(g, dy, reduceSum(g, mul(g, dy, y), [integer(node, 'axis')], true)));
    },
  ],
  LogSoftmax: ({ g, dy, node, output }) => [
    () => sub(g, dy, mul(g, exp(g, output(0)), reduceSum(g, dy, [integer(node, 'axis')], true))),
  ],
  Gelu: ({ g, dy, node, input }) => [
    () => (node.attributes['approximate'] === 'tanh' ? geluTanh(g, dy, input(0)) : geluErf(g, dy, input(0))),
  ],
  // With n = (x - mean) / deviation and d = dy * scale: dx = (d - mean(d) - n * mean(d * n)) / deviation.
  LayerNormalization: ({ g, node, dy, dyOf, input, output }) => {
    if (dyOf(1) ?? dyOf(2)) refuseGradient(node, 'its mean and deviation serve its own gradient only');
    const [x, scale, inverseDeviation] = [input(0), input(1), output(2)];
    const normalised = once(() => mul(g, sub(g, x, output(1)), inverseDeviation));
    return [
      () => {
        const n = normalised();
        const d = mul(g, dy, scale);
        const along = mul(g, n, reduceMean(g, mul(g, d, n), [-1], true));
        return mul(g, sub(g, sub(g, d, reduceMean(g, d, [-1], true)), along), inverseDeviation);
      },
      () => mul(g, dy, normalised()),
      () => dy,
    ];
  },
} satisfies Partial<Record<Operator, Rule>>;

/** dy * (Phi(x) + x * phi(x)), with s = x / sqrt(2): dy / 2 * (1 + erf(s) + s * exp(log(2 / sqrt(pi)) - s^2)). */
function geluErf(g: Graph, dy: Value, x: Value): Value {
  const s = mul(g, x, Math.SQRT1_2);
  const density = exp(g, sub(g, Math.log(2 / Math.sqrt(Math.PI)), mul(g, s, s)));
  const twice = add(g, add(g, erf(g, s), mul(g, s, density)), 1);
  return mul(g, mul(g, dy, 0.5), twice);
}

/** The derivative of x / 2 * (1 + tanh(u)) with u = c * (x + 0.044715 * x^3), c = sqrt(2 / pi). */
function geluTanh(g: Graph, dy: Value, x: Value): Value {
  const c = Math.sqrt(2 / Math.PI);
  const square = mul(g, x, x);
  const t = tanh(g, mul(g, x, add(g, mul(g, square, 0.044715 * c), c)));
  const du = add(g, mul(g, square, 3 * 0.044715 * c), c);
  const slope = mul(g, mul(g, x, du), sub(g, 1, mul(g, t, t)));
  return mul(g, mul(g, dy, 0.5), add(g, add(g, t, slope), 1));
}
