/** Losses as graph nodes. Logits and targets are [batch, classes]. */
import { add, div, mul, neg, pow, sub } from '../graph/arithmetic';
import type { Graph, Value } from '../graph/graph';
import { logSoftmax, softmax } from '../graph/neural';
import { reduceMean, reduceSum } from '../graph/reduce';

/** Cross-entropy with soft targets, one number a row: [batch]. */
export function crossEntropy(g: Graph, logits: Value, targets: Value): Value {
  return neg(g, reduceSum(g, mul(g, targets, logSoftmax(g, logits)), [1]));
}

/**
 * Kullback-Leibler divergence of the student from the teacher at a temperature, times its square so that the
 * gradient keeps its size (Hinton et al. 2015, section 2.1): [batch].
 */
export function distillationDivergence(g: Graph, student: Value, teacher: Value, temperature: number): Value {
  const soft = (logits: Value): Value => div(g, logits, temperature);
  const p = softmax(g, soft(teacher));
  const difference = sub(g, logSoftmax(g, soft(teacher)), logSoftmax(g, soft(student)));
  return mul(g, reduceSum(g, mul(g, p, difference), [1]), temperature * temperature);
}

/** Mean squared difference of logits, one number a row (PS-NET): [batch]. */
export function logitError(g: Graph, student: Value, teacher: Value): Value {
  return reduceMean(g, pow(g, sub(g, student, teacher), 2), [1]);
}

/** Probabilities raised to a power and normalised again: [batch, classes]. */
export function sharpened(g: Graph, logits: Value, power: number): Value {
  return softmax(g, mul(g, logits, power));
}

/** a * (1 - share) + b * share; the share is a scalar or [batch, 1]. */
export function mix(g: Graph, a: Value, b: Value, share: Value): Value {
  return add(g, mul(g, a, sub(g, 1, share)), mul(g, b, share));
}
