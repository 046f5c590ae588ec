/**
 * A graph with weights in few bits. Matrix products with a constant, or with a constant that is transposed, take
 * activations in 8 bits by the range that they have (dynamic quantisation) and weights with a scale per column; lookups
 * take rows in 8 bits with a scale per row, or in 4 bits with a scale per block. All else stays as it is.
 */
import { abs, cast, div, max, mul, sub } from './arithmetic';
import { quantisedColumns, quantisedRows } from './eightBits';
import { blockOf, fourBitRows, middle } from './fourBits';
import { Graph, type Node, type TensorData, type Value } from './graph';
import { gather } from './indexing';
import { concat, reshape } from './layout';
import { liveGraph } from './live';
import { dynamicQuantizeLinear, matmulInteger, type Quantised } from './quantised';
import { reduceMax } from './reduce';

/** Smaller matrices gain no speed and little space. */
const minElements = 4096;

/** Smaller rows are as good as zero; keeps a row of zeros from being divided by zero. */
const smallestRow = 1e-30;

/**
 * What activations are rounded by: one range for all rows of a product, or each row by its own largest element, where
 * rows differ by orders of magnitude. A lookup has no activations; it can have its rows in 4 bits.
 */
export type Rounding = 'together' | 'by row' | '4 bits';

/**
 * The graph `g` with weights in few bits; `g` stays as it is.
 * @param choose of the products and lookups that can take their constant so, how; undefined for those that do not
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

  private lookup({ name, tensor, rounding }: ChosenWeight, indices: Value): Value {
    const g = this.result;
    const at = this.valueOf(indices);
    if (rounding === '4 bits') return this.fourBitLookup(name, tensor, at);
    const rows = quantisedRows(tensor);
    const values = cast(g, gather(g, this.stored(`${name}:8`, rows.values), at), 'float32');
    return mul(g, values, gather(g, this.stored(`${name}:scales`, rows.scales), at));
  }

  /**
   * In operators that every runtime has: `GatherBlockQuantized` is missing in the one for browsers. A byte is taken apart
   * in floats, which hold it exactly.
   */
  private fourBitLookup(name: string, tensor: TensorData, at: Value): Value {
    const g = this.result;
    const rows = fourBitRows(tensor);
    const columns = tensor.shape[1] ?? 0;
    const bytes = cast(g, gather(g, this.stored(`${name}:4`, rows.values), at), 'float32');
    const upper = cast(g, cast(g, div(g, bytes, 16), 'int32'), 'float32');
    const levels = concat(g, [sub(g, bytes, mul(g, upper, 16)), upper], -1);
    const block = blockOf(columns);
    const blocks = reshape(g, sub(g, levels, middle), [...at.shape, columns / block, block]);
    const values = mul(g, blocks, gather(g, this.stored(`${name}:scales`, rows.scales), at));
    return reshape(g, values, [...at.shape, columns]);
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
