/** Which parts of a graph its outputs need: the rest is built (gradients are generous) but never stored or run. */
import type { Graph, Node, Value } from './graph';

export interface LiveGraph {
  /** In topological order. */
  readonly nodes: readonly Node[];
  readonly constants: readonly Value[];
  /** Everything that a live node or an output of the graph reads. */
  readonly read: ReadonlySet<Value>;
}

export function liveGraph(g: Graph): LiveGraph {
  const read = new Set<Value>(g.outputs);
  const nodes: Node[] = [];
  for (const node of g.nodes.toReversed()) {
    if (!node.outputs.some((output) => read.has(output))) continue;
    nodes.push(node);
    for (const input of node.inputs) if (input) read.add(input);
  }
  const constants = [...g.constants.keys()].filter((value) => read.has(value));
  return { nodes: nodes.reverse(), constants, read };
}
