/** Constants that operators are full of: scalars and small integer vectors, each stored once a graph. */
import { AppError } from '../../protocol/appError';
import type { DataType, Graph, TensorData, Value } from './graph';

/** A rank-0 constant, shared within the graph. */
export function scalar(g: Graph, x: number, type: DataType = 'float32'): Value {
  return g.sharedConstant(`${type}(${Object.is(x, -0) ? '-0' : x})`, () => ({
    type,
    shape: [],
    data: elements(type, [x]),
  }));
}

/** An int64 vector, shared within the graph: axes, shapes, indices. */
export function int64(g: Graph, numbers: readonly number[]): Value {
  return g.sharedConstant(`int64[${numbers.join(',')}]`, () => ({
    type: 'int64',
    shape: [numbers.length],
    data: elements('int64', numbers),
  }));
}

function elements(type: DataType, numbers: readonly number[]): TensorData['data'] {
  switch (type) {
    case 'float32':
      return Float32Array.from(numbers);
    case 'int64':
      return BigInt64Array.from(numbers, (x) => BigInt(x));
    case 'int32':
      return Int32Array.from(numbers);
    case 'int8':
      return Int8Array.from(numbers);
    case 'uint8':
    case 'bool':
      return Uint8Array.from(numbers);
    case 'float16':
      throw new AppError('graph/type', 'A float16 constant is made as float32 and cast in the graph.');
  }
}
