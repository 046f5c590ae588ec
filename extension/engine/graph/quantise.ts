/**
 * A graph with 8-bit weights. Matrix products with a constant take activations in 8 bits by the range that they have
 * (dynamic quantisation) and weights with a scale per column; lookups take rows with a scale per row. All else stays
 * as it is.
 */
import { cast, mul } from './arithmetic';
import { quantisedColumns, quantisedRows } from './eightBits';
import { Graph, type Node, type TensorData, type Value } from './graph';
import { gather } from './indexing';
import { liveGraph } from './live';
import { dynamicQuantizeLinear, matmulInteger, type Quantised } from './quantised';

/** Smaller matrices gain no speed and little space. */
const minElements = 4096;

/**
 * The graph `g` with weights in 8 bits; `g` stays as it is.
 * @param chosen which of the products and lookups that can take their constant in 8 bits do so
 */
export function quantised(g: Graph, chosen: (node: Node, weight: Value) => boolean): Graph {
  return new Quantiser(g, chosen).result;
}

class Quantiser {
  readonly result = new Graph();
  /** Values of the graph -> values of the result. */
  private readonly known = new Map<Value, Value>();
  /** One quantisation for all products that read the same activations, as query, key and value do. */
  private readonly activations = new Map<Value, Quantised>();

  constructor(
    private readonly g: Graph,
    private readonly chosen: (node: Node, weight: Value) => boolean,
  ) {
    for (const input of g.inputs)
      this.known.set(input, this.result.input(input.name, input.type, input.shape));
    const outputs = new Set(g.outputs);
    for (const node of liveGraph(g).nodes) {
      const [output] = node.outputs;
      // Declared outputs are the graph's own identities under a name; declaring them again makes those.
      if (output && outputs.has(output)) continue;
      this.inScopeOf(node, () => this.copy(node));
    }
    for (const output of g.outputs) {
      const source = g.producer(output)?.inputs[0];
      if (!source) throw new Error(`Output "${output.name}" is made of nothing.`);
      this.result.output(this.valueOf(source), output.name);
    }
  }

  private copy(node: Node): void {
    const weight = this.weightOf(node);
    const [first, second] = node.inputs;
    const [output] = node.outputs;
    if (weight && first && second && output) {
      this.known.set(
        output,
        node.op === 'MatMul'
          ? this.product(first, second.name, weight)
          : this.lookup(first.name, weight, second),
      );
      return;
    }
    const inputs = node.inputs.map((input) => input && this.valueOf(input));
    const specs = node.outputs.map(({ type, shape }) => ({ type, shape }));
    const outputs = this.result.node(node.op, inputs, specs, node.attributes, node.domain);
    node.outputs.forEach((value, i) => {
      const copied = outputs[i];
      if (copied) this.known.set(value, copied);
    });
  }

  /** The matrix that a node can take in 8 bits. */
  private weightOf(node: Node): TensorData | undefined {
    const weight = node.op === 'MatMul' ? node.inputs[1] : node.op === 'Gather' ? node.inputs[0] : undefined;
    if (!weight || (node.op === 'Gather' && node.attributes['axis'] !== 0)) return undefined;
    const tensor = this.g.constants.get(weight);
    const fits = tensor?.type === 'float32' && tensor.shape.length === 2 && tensor.data.length >= minElements;
    return fits && this.chosen(node, weight) ? tensor : undefined;
  }

  /** x W = (x8 - zero) W8 * (scale of x * scales of the columns); onnxruntime makes one kernel of these nodes. */
  private product(x: Value, name: string, weight: TensorData): Value {
    const g = this.result;
    const columns = quantisedColumns(weight);
    const { values, scale, zeroPoint } = this.quantisedActivations(this.valueOf(x));
    const matrix = this.stored(`${name}:8`, columns.values);
    const sums = matmulInteger(g, values, matrix, zeroPoint);
    return mul(g, cast(g, sums, 'float32'), mul(g, scale, this.stored(`${name}:scales`, columns.scales)));
  }

  private lookup(name: string, weight: TensorData, indices: Value): Value {
    const g = this.result;
    const rows = quantisedRows(weight);
    const at = this.valueOf(indices);
    const values = cast(g, gather(g, this.stored(`${name}:8`, rows.values), at), 'float32');
    return mul(g, values, gather(g, this.stored(`${name}:scales`, rows.scales), at));
  }

  private quantisedActivations(x: Value): Quantised {
    const known = this.activations.get(x) ?? dynamicQuantizeLinear(this.result, x);
    this.activations.set(x, known);
    return known;
  }

  private stored(name: string, tensor: TensorData): Value {
    return this.result.sharedConstant(name, () => tensor);
  }

  private valueOf(value: Value): Value {
    const known = this.known.get(value);
    if (known) return known;
    const tensor = this.g.constants.get(value);
    if (!tensor) throw new Error(`"${value.name}" is read before it is made.`);
    const constant = this.stored(value.name, tensor);
    this.known.set(value, constant);
    return constant;
  }

  private inScopeOf(node: Node, build: () => void): void {
    const end = node.name.lastIndexOf('/');
    if (end < 0) build();
    else this.result.scope(node.name.slice(0, end), build);
  }
}
