/**
 * An ONNX graph as a value: named inputs, constants (initializers), nodes in topological order, outputs.
 * Operators are added through the functions of `ops.ts`, which know their output shapes.
 */
import { AppError } from '../../protocol/appError';

/** A known size, or the name of one that is known when the graph runs ('batch', 'tokens'). */
export type Dim = number | string;
export type Shape = readonly Dim[];

export type DataType = 'float32' | 'float16' | 'int64' | 'int32' | 'int8' | 'uint8' | 'bool';

/** Contents of a constant; `data` is row-major. `int64` uses BigInt64Array, `bool` and `uint8` Uint8Array. */
export interface TensorData {
  readonly type: DataType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Uint16Array | BigInt64Array | Int32Array | Int8Array | Uint8Array;
}

/** An edge of the graph. Identity is the object; the name is unique within its graph. */
export interface Value {
  readonly name: string;
  readonly type: DataType;
  readonly shape: Shape;
}

export type Attribute = number | string | readonly number[] | TensorData;
/**
 * Integers and floats are told apart by ONNX, not by JavaScript: a plain number is an integer (`i`), a float
 * is given as `{ float: x }`.
 */
export interface FloatAttribute {
  readonly float: number;
}
export type Attributes = Readonly<Record<string, Attribute | FloatAttribute>>;

export interface Node {
  readonly op: string;
  /** '' for ai.onnx, 'com.microsoft' for onnxruntime's own. */
  readonly domain: string;
  readonly name: string;
  /** Undefined marks an optional input that is left out. */
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

export interface OutputSpec {
  readonly type: DataType;
  readonly shape: Shape;
}

/** A graph under construction. Adding is the only change it knows; values and nodes are immutable. */
export class Graph {
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  readonly nodes: Node[] = [];
  readonly constants = new Map<Value, TensorData>();
  private readonly producers = new Map<Value, Node>();
  private readonly names = new Set<string>();
  private readonly scopes: string[] = [];
  private readonly shared = new Map<string, Value>();

  /** Declares what is fed at every run. */
  input(name: string, type: DataType, shape: Shape): Value {
    const value = { name: this.unique(name), type, shape };
    this.inputs.push(value);
    return value;
  }

  /** Declares what a run gives back, under `name`. */
  output(value: Value, name: string): Value {
    const output = this.rename(value, name);
    this.outputs.push(output);
    return output;
  }

  /** A tensor that is stored in the graph. */
  constant(name: string, tensor: TensorData): Value {
    const size = tensor.shape.reduce((a, b) => a * b, 1);
    if (tensor.data.length !== size) {
      throw new AppError(
        'graph/constant-size',
        `Constant "${name}" has ${tensor.data.length} elements; its shape [${tensor.shape.join(', ')}] needs ${size}.`,
      );
    }
    const value = { name: this.unique(name), type: tensor.type, shape: tensor.shape };
    this.constants.set(value, tensor);
    return value;
  }

  /** A constant that is made once for each key, however often it is asked for. */
  sharedConstant(key: string, make: () => TensorData): Value {
    const known = this.shared.get(key);
    if (known) return known;
    const outer = this.scopes.splice(0);
    const value = this.constant(key, make());
    this.scopes.push(...outer);
    this.shared.set(key, value);
    return value;
  }

  /** Adds a node and returns its outputs. Prefer the functions of `ops.ts`. */
  node(
    op: string,
    inputs: readonly (Value | undefined)[],
    outputs: readonly OutputSpec[],
    attributes: Attributes = {},
    domain = '',
  ): Value[] {
    const name = this.unique(op);
    const values = outputs.map((spec, i) => ({
      name: i === 0 ? `${name}:out` : `${name}:out${i}`,
      ...spec,
    }));
    const node = { op, domain, name, inputs, outputs: values, attributes };
    this.nodes.push(node);
    for (const value of values) this.producers.set(value, node);
    return values;
  }

  /** The node that makes a value; undefined for inputs and constants. */
  producer(value: Value): Node | undefined {
    return this.producers.get(value);
  }

  /** Prefixes the names of everything that `build` adds: 'teacher/layer.0/...'. */
  scope<T>(name: string, build: () => T): T {
    this.scopes.push(name);
    try {
      return build();
    } finally {
      this.scopes.pop();
    }
  }

  private rename(value: Value, name: string): Value {
    if (this.names.has(name)) {
      throw new AppError('graph/duplicate-name', `The graph already has a value named "${name}".`);
    }
    this.names.add(name);
    const [renamed] = this.nodeNamed('Identity', [value], name);
    return renamed;
  }

  private nodeNamed(op: string, inputs: readonly Value[], output: string): [Value] {
    const first = inputs[0];
    if (!first) throw new AppError('graph/no-input', `${op} needs an input.`);
    const value = { name: output, type: first.type, shape: first.shape };
    const node = { op, domain: '', name: this.unique(op), inputs, outputs: [value], attributes: {} };
    this.nodes.push(node);
    this.producers.set(value, node);
    return [value];
  }

  private unique(base: string): string {
    const prefixed = [...this.scopes, base].join('/');
    let name = prefixed;
    for (let i = 1; this.names.has(name); i++) name = `${prefixed}.${i}`;
    this.names.add(name);
    return name;
  }
}
