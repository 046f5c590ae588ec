/** A graph as an ONNX model (opset 21 and onnxruntime's com.microsoft 1). Format: onnx.proto3 of ONNX 1.16. */
import { onnx } from 'onnx-proto';
import { AppError } from '../../protocol/appError';
import { dataTypeCodes } from './arithmetic';
import type { Attribute, FloatAttribute, Graph, Node, TensorData, Value } from './graph';
import { liveGraph } from './live';

const irVersion = 10;
const opset = 21;
/** Protobuf's limit for one message; larger models would need ONNX's external data. */
const maxBytes = 2 ** 31 - 1;

/**
 * The model file's bytes. Only what the outputs need is written; constants are copied once, as a whole.
 * @throws AppError('graph/no-output') or AppError('graph/too-large')
 */
export function modelBytes(g: Graph): Uint8Array {
  if (g.outputs.length === 0) {
    throw new AppError('graph/no-output', 'The graph has no output; declare one with Graph.output.');
  }
  const { nodes, constants, read } = liveGraph(g);
  const tensors = constants.map((value) => tensorProto(value.name, constantOf(g, value)));
  const size = tensors.reduce((sum, tensor) => sum + (tensor.rawData?.length ?? 0), 0);
  if (size > maxBytes) {
    throw new AppError(
      'graph/too-large',
      `The model has ${size} bytes of weights; ONNX files end at ${maxBytes}.`,
    );
  }
  const graph: onnx.IGraphProto = {
    name: 'nanonet',
    node: nodes.map((node) => nodeProto(node, read)),
    initializer: tensors,
    input: g.inputs.map(valueProto),
    output: g.outputs.map(valueProto),
  };
  const model: onnx.IModelProto = {
    irVersion,
    opsetImport: [
      { domain: '', version: opset },
      { domain: 'com.microsoft', version: 1 },
    ],
    producerName: 'nanonet',
    graph,
  };
  return onnx.ModelProto.encode(model).finish();
}

function nodeProto(node: Node, read: ReadonlySet<Value>): onnx.INodeProto {
  return {
    name: node.name,
    opType: node.op,
    domain: node.domain,
    input: withoutTrailing(node.inputs.map((input) => input?.name ?? '')),
    output: outputNames(node, read),
    attribute: Object.entries(node.attributes).map(([name, attribute]) => attributeProto(name, attribute)),
  };
}

/** Operators compute their optional outputs only if these have names: no one reads them, no name. */
function outputNames(node: Node, read: ReadonlySet<Value>): string[] {
  const required = node.op === 'LayerNormalization' ? 1 : node.outputs.length;
  return withoutTrailing(
    node.outputs.map((output, i) => (i < required || read.has(output) ? output.name : '')),
  );
}

/** ONNX marks a left-out input or output by an empty name, and at the end by nothing. */
function withoutTrailing(names: readonly string[]): string[] {
  const last = names.findLastIndex((name) => name !== '');
  return names.slice(0, last + 1);
}

function attributeProto(name: string, value: Attribute | FloatAttribute): onnx.IAttributeProto {
  const Type = onnx.AttributeProto.AttributeType;
  if (typeof value === 'number') return { name, type: Type.INT, i: value };
  if (typeof value === 'string') return { name, type: Type.STRING, s: Buffer.from(value) };
  if ('float' in value) return { name, type: Type.FLOAT, f: value.float };
  if ('data' in value) return { name, type: Type.TENSOR, t: tensorProto('', value) };
  return { name, type: Type.INTS, ints: [...value] };
}

function tensorProto(name: string, { type, shape, data }: TensorData): onnx.ITensorProto {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dataType: dataTypeCodes[type], dims: [...shape], rawData };
}

function valueProto({ name, type, shape }: Value): onnx.IValueInfoProto {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: dataTypeCodes[type], shape: { dim } } } };
}

function constantOf(g: Graph, value: Value): TensorData {
  const tensor = g.constants.get(value);
  if (!tensor) throw new Error(`"${value.name}" is no constant.`);
  return tensor;
}
