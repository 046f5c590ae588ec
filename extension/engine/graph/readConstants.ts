import { onnx } from 'onnx-proto';
import { dataTypeCodes } from './arithmetic';
import type { TensorData } from './graph';

/**
 * The float32 constants of an ONNX model by name: what `modelBytes` wrote of `Graph.constant`.
 * @throws Error when the bytes are no ONNX model
 */
export function readConstants(model: Uint8Array): Map<string, TensorData> {
  const { graph } = onnx.ModelProto.decode(model);
  const constants = new Map<string, TensorData>();
  for (const { name, dataType, dims, rawData } of graph?.initializer ?? []) {
    if (!name || dataType !== dataTypeCodes.float32 || !rawData) continue;
    const shape = (dims ?? []).map(Number);
    // Copied: where a tensor begins in the file is no multiple of four.
    const data = new Float32Array(new Uint8Array(rawData).buffer);
    if (data.length !== shape.reduce((a, b) => a * b, 1)) {
      throw new Error(`"${name}" has ${data.length} elements for [${shape.join(', ')}].`);
    }
    constants.set(name, { type: 'float32', shape, data });
  }
  return constants;
}
