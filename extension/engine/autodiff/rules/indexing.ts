/** Gradients of reads by index are added writes, and the other way round. */
import { dimAt } from '../../graph/emit';
import type { Graph, Value } from '../../graph/graph';
import { gatherElements, scatterElements, scatterND } from '../../graph/indexing';
import { inverse, transpose, unsqueeze } from '../../graph/layout';
import type { Operator } from '../../graph/operators';
import { integer, zeros, type Rule } from '../rule';

export const indexing = {
  Gather: ({ g, dy, node, input }) => [() => scatterRows(g, input(0), input(1), dy, integer(node, 'axis'))],
  GatherElements: ({ g, dy, node, input }) => [
    () => scatterElements(g, zeros(g, input(0)), input(1), dy, integer(node, 'axis'), 'add'),
  ],
  ScatterElements: ({ g, dy, node, input }) => {
    const axis = integer(node, 'axis');
    const [indices, updates] = [input(1), input(2)];
    const overwrites = node.attributes['reduction'] === 'none';
    return [
      () => (overwrites ? scatterElements(g, dy, indices, zeros(g, updates), axis) : dy),
      undefined,
      () => gatherElements(g, dy, indices, axis),
    ];
  },
} satisfies Partial<Record<Operator, Rule>>;

/** Adds `dy` (shape of gather's result) into zeros shaped like `data`. Rows are written along the first axis. */
function scatterRows(g: Graph, data: Value, indices: Value, dy: Value, axis: number): Value {
  const firstOf = (x: Value, axes: number[]): number[] => [
    ...axes,
    ...x.shape.map((_, i) => i).filter((i) => !axes.includes(i)),
  ];
  const perm = firstOf(data, [axis]);
  const shape = perm.map((i) => dimAt('Gather', data, i));
  const indexAxes = indices.shape.map((_, i) => axis + i);
  const updates = transpose(g, dy, firstOf(dy, indexAxes));
  const sum = scatterND(g, zeros(g, data, shape), unsqueeze(g, indices, [-1]), updates, 'add');
  return transpose(g, sum, inverse(perm));
}
