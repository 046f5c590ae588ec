/** Matrix products. */
import { broadcast } from './dims';
import { emit, refuse, requireSameType } from './emit';
import type { Graph, Value } from './graph';

/**
 * [..., m, k] x [..., k, n] -> [..., m, n]; leading axes broadcast.
 * @throws AppError('graph/shape')
 */
export function matmul(g: Graph, a: Value, b: Value): Value {
  requireSameType('MatMul', [a, b]);
  return emit(g, 'MatMul', [a, b], { type: a.type, shape: matmulShape('MatMul', a, b) });
}

/** The shape of a product of matrices, for `matmul` and its integer relative. */
export function matmulShape(op: string, a: Value, b: Value): Value['shape'] {
  const [m, k] = a.shape.slice(-2);
  const [rows, n] = b.shape.slice(-2);
  if (m === undefined || k === undefined || rows === undefined || n === undefined) {
    refuse(op, [a, b], 'both need at least two axes');
  }
  if (k !== rows) refuse(op, [a, b], `${k} columns meet ${rows} rows`);
  const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (!batch) refuse(op, [a, b], 'the leading axes cannot be broadcast');
  return [...batch, m, n];
}
