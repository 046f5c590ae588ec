/** Gradients of reads by index are added writes, and the other way round. */
import type { Graph, Value } from '../../graph/graph';
import { gatherElements, scatterElements, scatterND } from '../../graph/indexing';
import { transpose, unsqueeze } from '../../graph/layout';
import type { Operator } from '../../graph/operators';
import { integer, zeros, type Rule } from '../rule';

export const indexing = {
  Gather: ({ g, dy, node, input }) => [() => scatterRows(g, input(0), input(1), dy, integer(node, 'axis'))],
  GatherElements: ({ g, dy, node, input }) => [
    () => scatterElements(g, zeros(g, input(0).shape), input(1), dy, integer(node, 'axis'), 'add'),
  ],
  ScatterElements: ({ g, dy, node, input }) => {
    const axis = integer(node, 'axis');
    const [indices, updates] = [input(1), input(2)];
    const overwrites = node.attributes['reduction'] === 'none';
    return [
      () => (overwrites ? scatterElements(g, dy, indices, zeros(g, updates.shape), axis) : dy),
      undefined,
      () => gatherElements(g, dy, indices, axis),
    ];
  },
} satisfies Partial<Record<Operator, Rule>>;

/** Adds `dy` (shape of gather's result) into zeros shaped like `data`. Rows are written along the first axis. */
function scatterRows(g: Graph, data: Value, indices: Value, dy: Value, axis: number): Value {
  const rest = data.shape.map((_, i) => i).filter((i) => i !== axis);
  const dataPerm = [axis, ...rest];
  const indexAxes = indices.shape.map((_, i) => axis + i);
  const dyPerm = [...indexAxes, ...dy.shape.map((_, i) => i).filter((i) => !indexAxes.includes(i))];
  const target = zeros(
    g,
    dataPerm.map((i) => data.shape[i] ?? 1),
  );
  const rows = axis === 0 ? dy : transpose(g, dy, dyPerm);
  const sum = scatterND(g, target, unsqueeze(g, indices, [-1]), rows, 'add');
  return axis === 0
    ? sum
    : transpose(
        g,
        sum,
        dataPerm.map((_, i) => dataPerm.indexOf(i)),
      );
}
