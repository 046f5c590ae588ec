/** A graph as text, for people and for golden tests. */
import { formatType } from './dims';
import type { Attribute, FloatAttribute, Graph, Node, TensorData, Value } from './graph';
import { liveGraph } from './live';

/** Constants up to this many elements are written out. */
const shownElements = 8;

/** One line for each input, constant, node and output that matters to the outputs. */
export function print(g: Graph): string {
  const { nodes, constants, read } = liveGraph(g);
  return [
    ...g.inputs.map((value) => `input ${typed(value)}`),
    ...constants.map((value) => `constant ${typed(value)}${contents(g.constants.get(value))}`),
    ...nodes.map((node) => nodeLine(node, read)),
    ...g.outputs.map((value) => `output ${typed(value)}`),
  ].join('\n');
}

function nodeLine(node: Node, read: ReadonlySet<Value>): string {
  const outputs = node.outputs.filter((output) => read.has(output)).map(typed);
  const inputs = node.inputs.map((input) => input?.name ?? '-');
  const attributes = Object.entries(node.attributes).map(([name, value]) => `${name}=${attribute(value)}`);
  const op = node.domain === '' ? node.op : `${node.domain}.${node.op}`;
  return `${outputs.join(', ')} = ${op}(${[...inputs, ...attributes].join(', ')})`;
}

function typed(value: Value): string {
  return `${value.name}: ${formatType(value.type, value.shape)}`;
}

function contents(tensor: TensorData | undefined): string {
  if (!tensor || tensor.data.length > shownElements) return '';
  return ` = ${tensor.shape.length === 0 ? String(tensor.data[0]) : `[${tensor.data.join(', ')}]`}`;
}

function attribute(value: Attribute | FloatAttribute): string {
  if (typeof value === 'number' || typeof value === 'string') return String(value);
  if ('float' in value) return String(value.float);
  if ('data' in value) return formatType(value.type, value.shape);
  return `[${value.join(', ')}]`;
}
