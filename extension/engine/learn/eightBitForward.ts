import type { Graph } from '../graph/graph';
import { quantised } from '../graph/quantise';
import type { Recipe } from './settings';

/**
 * The graph with its products by frozen weights in 8 bits, where the recipe says so and it is for the CPU: on a processor they take a third of the time. The gradient's
 * products stay in 32 bits, so that what is learned is learned through rounded activations as if they were exact (the
 * straight-through estimator, Bengio et al. 2013). Devices other than the CPU gain nothing from it.
 */
export function eightBitForward(g: Graph, { eightBit, device }: Pick<Recipe, 'eightBit' | 'device'>): Graph {
  // A gradient multiplies by a transposed weight, which is no constant before the session folds it.
  return eightBit && device === 'cpu' ? quantised(g, ({ op }) => op === 'MatMul') : g;
}
