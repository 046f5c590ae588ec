/**
 * A graph with 8-bit weights. Matrix products with a constant, or with a constant that is transposed, take activations in
 * 8 bits by the range that they have (dynamic quantisation) and weights with a scale per column; lookups take rows with a
 * scale per row. All else stays as it is.
 */
import { abs, cast, div, max, mul } from './arithmetic';
import { quantisedColumns, quantisedRows } from './eightBits';
import { Graph, type Node, type TensorData, type Value } from './graph';
import { gather } from './indexing';
import { liveGraph } from './live';
import { dynamicQuantizeLinear, matmulInteger, type Quantised } from './quantised';
import { reduceMax } from './reduce';

/** Smaller matrices gain no speed and little space. */
const minElements = 4096;

/** Smaller rows are as good as zero; keeps a row of zeros from being divided by zero. */
const smallestRow = 1e-30;

/**
 * What activations are rounded by: one range for all rows of a product, or each row by its own largest element, where
 * rows differ by orders of magnitude. A lookup has no activations.
 */
export type Rounding = 'together' | 'by row';

/**
 * The graph `g` with weights in 8 bits; `g` stays as it is.
 * @param choose of the products and lookups that can take their constant in 8 bits, how; undefined for those that do not
 */
export function quantised(g: Graph, choose: (node: Node, weight: Value) => Rounding | undefined): Graph {
  return new Quantiser(g, choose).result;
}

interface ChosenWeight {
  readonly name: string;
  readonly tensor: TensorData;
  /** Whether the product is by the transpose of the tensor. */
  readonly turned: boolean;
  readonly rounding: Rounding;
}

class Quantiser {
  readonly result = new Graph();
  /** Values of the graph -> values of the result. */
  private readonly known = new Map<Value, Value>();
  /** One quantisation for all products that read the same activations, as query, key and value do. */
  private readonly activations = new Map<Value, Quantised>();

  constructor(
    private readonly g: Graph,
    private readonly choose: (node: Node, weight: Value) => Rounding | undefined,
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
        node.op === 'MatMul' ? this.product(first, weight) : this.lookup(weight, second),
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

  /** The matrix that a node can take in 8 bits, and is to. */
  private weightOf(node: Node): ChosenWeight | undefined {
    const value = node.op === 'MatMul' ? node.inputs[1] : node.op === 'Gather' ? node.inputs[0] : undefined;
    if (!value || (node.op === 'Gather' && node.attributes['axis'] !== 0)) return undefined;
    const turner = node.op === 'MatMul' ? this.g.producer(value) : undefined;
    const turned = turner?.op === 'Transpose';
    const source = (turned ? turner.inputs[0] : value) ?? value;
    const tensor = this.g.constants.get(source);
    if (tensor?.type !== 'float32' || tensor.shape.length !== 2 || tensor.data.length < minElements)
      return undefined;
    const rounding = this.choose(node, source);
    return rounding && { name: source.name, tensor, turned, rounding };
  }

  /** x W = (x8 - zero) W8 * (scale of x * scales of the columns); onnxruntime makes one kernel of these nodes. */
  private product(x: Value, { name: source, tensor, turned, rounding }: ChosenWeight): Value {
    const g = this.result;
    const name = turned ? `${source}:turned` : source;
    const columns = quantisedColumns(tensor, { turned });
    const activations = this.valueOf(x);
    const largest =
      rounding === 'by row' ? max(g, reduceMax(g, abs(g, activations), [-1], true), smallestRow) : undefined;
    const { values, scale, zeroPoint } = this.quantisedActivations(
      largest ? div(g, activations, largest) : activations,
    );
    const matrix = this.stored(`${name}:8`, columns.values);
    const sums = matmulInteger(g, values, matrix, zeroPoint);
    const scales = mul(g, scale, this.stored(`${name}:scales`, columns.scales));
    const y = mul(g, cast(g, sums, 'float32'), scales);
    return largest ? mul(g, y, largest) : y;
  }

  private lookup({ name, tensor }: ChosenWeight, indices: Value): Value {
    const g = this.result;
    const rows = quantisedRows(tensor);
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
