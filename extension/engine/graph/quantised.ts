/** 8-bit arithmetic for exported models. No gradients pass here. */
import { emit, refuse } from './emit';
import type { Graph, Value } from './graph';
import { matmulShape } from './matrix';

export interface Quantised {
  /** uint8, shape of the input. */
  readonly values: Value;
  /** float32 []. */
  readonly scale: Value;
  /** uint8 []. */
  readonly zeroPoint: Value;
}

/** Quantises by the range that the values have at run time: x = (values - zeroPoint) * scale. */
export function dynamicQuantizeLinear(g: Graph, x: Value): Quantised {
  if (x.type !== 'float32') refuse('DynamicQuantizeLinear', [x], 'it is not float32');
  const [values, scale, zeroPoint] = g.node(
    'DynamicQuantizeLinear',
    [x],
    [
      { type: 'uint8', shape: x.shape },
      { type: 'float32', shape: [] },
      { type: 'uint8', shape: [] },
    ],
  );
  if (!values || !scale || !zeroPoint) throw new Error('DynamicQuantizeLinear has three outputs.');
  return { values, scale, zeroPoint };
}

/** (a - aZeroPoint) x (b - bZeroPoint) in int32; a and b are 8-bit. @throws AppError('graph/shape') */
export function matmulInteger(g: Graph, a: Value, b: Value, aZeroPoint?: Value, bZeroPoint?: Value): Value {
  for (const x of [a, b]) {
    if (x.type !== 'uint8' && x.type !== 'int8') refuse('MatMulInteger', [a, b], 'both are uint8 or int8');
  }
  const output = { type: 'int32', shape: matmulShape('MatMulInteger', a, b) } as const;
  return emit(g, 'MatMulInteger', [a, b, aZeroPoint, bZeroPoint], output);
}

/**
 * (x - zeroPoint) * scale as float32; one scale for all, or one for each place on `axis`.
 * @param scale float32 [] or [size of axis] @throws AppError('graph/shape')
 */
export function dequantizeLinear(g: Graph, x: Value, scale: Value, zeroPoint?: Value, axis = 1): Value {
  const perAxis = scale.shape.length === 1;
  if (scale.shape.length > 1 || (perAxis && scale.shape[0] !== x.shape.at(axis))) {
    refuse('DequantizeLinear', [x, scale], `the scale must be [] or fit axis ${axis}`);
  }
  const output = { type: 'float32', shape: x.shape } as const;
  return emit(g, 'DequantizeLinear', [x, scale, zeroPoint], output, perAxis ? { axis } : {});
}
