/** Operators of neural networks. */
import { axisOf, emit, refuse, requireSameType } from './emit';
import type { Graph, Value } from './graph';

/** Probabilities along `axis`. */
export function softmax(g: Graph, x: Value, axis = -1): Value {
  return emit(g, 'Softmax', [x], x, { axis: axisOf('Softmax', x, axis) });
}

/** Logarithms of `softmax`, without its underflow. */
export function logSoftmax(g: Graph, x: Value, axis = -1): Value {
  return emit(
    g,
    'LogSoftmax',
    [x],
    { type: x.type, shape: x.shape },
    { axis: axisOf('LogSoftmax', x, axis) },
  );
}

/**
 * Gaussian error linear unit, x * Phi(x); `tanh` is the approximation of GPT-2 ("gelu_new").
 * Hendrycks and Gimpel 2016.
 */
export function gelu(g: Graph, x: Value, approximate: 'none' | 'tanh' = 'none'): Value {
  return emit(g, 'Gelu', [x], x, { approximate });
}

/**
 * Normalises the last axis to mean 0 and deviation 1, then scales and shifts it.
 * The node keeps mean and inverse deviation as further outputs [..., 1] for the gradient; where no one reads
 * them they are left out of the model.
 * @param scale [features] @param bias [features]; without it nothing is shifted @throws AppError('graph/shape')
 */
export function layerNorm(g: Graph, x: Value, scale: Value, bias: Value | undefined, epsilon: number): Value {
  const features = x.shape.at(-1);
  const weights = bias ? [scale, bias] : [scale];
  requireSameType('LayerNormalization', [x, ...weights]);
  for (const weight of weights) {
    if (weight.shape.length !== 1 || weight.shape[0] !== features) {
      refuse('LayerNormalization', [x, weight], `the weight must be [${features}]`);
    }
  }
  const statistic = { type: x.type, shape: x.shape.with(-1, 1) };
  const outputs = [{ type: x.type, shape: x.shape }, statistic, statistic];
  const attributes = { axis: -1, epsilon: { float: epsilon } };
  const [y] = g.node('LayerNormalization', [x, ...weights], outputs, attributes);
  if (!y) throw new Error('LayerNormalization has no output.');
  return y;
}
