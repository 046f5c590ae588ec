/** Gradients of operators that only move elements: the gradient moves back. */
import { sum } from '../../graph/dims';
import { dimAt } from '../../graph/emit';
import type { Value } from '../../graph/graph';
import { concat, inverse, padTo, reshape, slice, transpose } from '../../graph/layout';
import type { Operator } from '../../graph/operators';
import { integer, integers, unary, zeros, type Rule } from '../rule';

const reshaped = unary((g, dy, x) => reshape(g, dy, x.shape));

export const layout = {
  Reshape: reshaped,
  Squeeze: reshaped,
  Unsqueeze: reshaped,
  Expand: unary((_, dy) => dy),
  Transpose: ({ g, dy, node }) => [
    () => transpose(g, dy, inverse(node.attributes['perm'] as readonly number[])),
  ],
  Concat: ({ g, dy, node, input }) => {
    const axis = integer(node, 'axis');
    const lengths = node.inputs.map((_, i) => dimAt('Concat', input(i), axis));
    return lengths.map(
      (_, i) => () => slice(g, dy, axis, sum(lengths.slice(0, i)), sum(lengths.slice(0, i + 1))),
    );
  },
  Slice: ({ g, dy, input }) => {
    const [axis = 0] = integers(g, input(3));
    return [() => padTo(g, dy, axis, input(1), dimAt('Slice', input(0), axis))];
  },
  Split: ({ g, node, dyOf }) => {
    const parts = (): Value[] => node.outputs.map((output, i) => dyOf(i) ?? zeros(g, output));
    return [() => concat(g, parts(), integer(node, 'axis'))];
  },
} satisfies Partial<Record<Operator, Rule>>;
