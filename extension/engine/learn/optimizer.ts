/** AdamW and clipping as graph nodes, over one flat vector that holds every trained parameter. */
import { add, div, min, mul, sqrt, sub } from '../graph/arithmetic';
import type { Graph, Value } from '../graph/graph';
import { reduceSum } from '../graph/reduce';

export interface AdamWState {
  /** All [parameters]. */
  readonly parameters: Value;
  readonly moment1: Value;
  readonly moment2: Value;
}

export interface AdamWRates {
  /** [parameters], or a scalar. */
  readonly learningRate: Value;
  /** Scalars that change with the step. */
  /** 1 - beta^t. */
  readonly correction1: Value;
  readonly correction2: Value;
  /** [parameters]: 1 where weight decay applies. */
  readonly decayMask: Value;
  readonly weightDecay: number;
}

export const beta1 = 0.9;
export const beta2 = 0.999;
const epsilon = 1e-8;

/** One step of AdamW (Loshchilov & Hutter 2019, algorithm 2). */
export function adamW(g: Graph, state: AdamWState, gradient: Value, rates: AdamWRates): AdamWState {
  const moment1 = add(g, mul(g, state.moment1, beta1), mul(g, gradient, 1 - beta1));
  const moment2 = add(g, mul(g, state.moment2, beta2), mul(g, mul(g, gradient, gradient), 1 - beta2));
  const direction = div(
    g,
    div(g, moment1, rates.correction1),
    add(g, sqrt(g, div(g, moment2, rates.correction2)), epsilon),
  );
  const decay = mul(g, mul(g, state.parameters, rates.decayMask), rates.weightDecay);
  const parameters = sub(g, state.parameters, mul(g, add(g, direction, decay), rates.learningRate));
  return { parameters, moment1, moment2 };
}

/** The gradient, shortened to length `limit` when it is longer (Pascanu et al. 2013). */
export function clipByNorm(g: Graph, gradient: Value, limit: number): Value {
  const length = sqrt(g, add(g, reduceSum(g, mul(g, gradient, gradient)), 1e-12));
  return mul(g, gradient, min(g, div(g, limit, length), 1));
}
