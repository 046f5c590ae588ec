import type { Graph } from '../graph/graph';
import { quantised } from '../graph/quantise';
import type { Recipe } from './settings';

/**
 * The graph with its products by frozen weights in 8 bits, where the recipe says so and it is for the CPU: a processor
 * takes a third of the time for them. Activations are rounded together; gradients, which differ between texts by orders of
 * magnitude, row by row. What is learned is learned through rounded activations as if they were exact (the
 * straight-through estimator, Bengio et al. 2013). Devices other than the CPU gain nothing from it.
 */
export function inEightBits(g: Graph, { eightBit, device }: Pick<Recipe, 'eightBit' | 'device'>): Graph {
  if (!eightBit || device !== 'cpu') return g;
  return quantised(g, ({ op, inputs }) => {
    if (op !== 'MatMul') return undefined;
    // A gradient goes back through the transposed weight.
    return inputs[1] && g.constants.has(inputs[1]) ? 'together' : 'by row';
  });
}
