/** Reading and writing by index. Indices are int64 (or int32) and may be negative, counted from the end. */
import { sameShape } from './dims';
import { axisOf, emit, refuse, requireSameType } from './emit';
import type { Graph, Value } from './graph';
import { squeeze } from './layout';

export type ScatterReduction = 'none' | 'add';

/** Takes whole slices: the axis `axis` of `data` is replaced by the axes of `indices`. An embedding lookup. */
export function gather(g: Graph, data: Value, indices: Value, axis = 0): Value {
  const at = axisOf('Gather', data, axis);
  requireIndices('Gather', data, indices);
  const shape = [...data.shape.slice(0, at), ...indices.shape, ...data.shape.slice(at + 1)];
  return emit(g, 'Gather', [data, indices], { type: data.type, shape }, { axis: at });
}

/** Takes single elements along `axis`; the result has the shape of `indices`. */
export function gatherElements(g: Graph, data: Value, indices: Value, axis: number): Value {
  const at = axisOf('GatherElements', data, axis);
  requireIndices('GatherElements', data, indices);
  if (indices.shape.length !== data.shape.length) {
    refuse('GatherElements', [data, indices], 'they have different numbers of axes');
  }
  return emit(g, 'GatherElements', [data, indices], { type: data.type, shape: indices.shape }, { axis: at });
}

/** `data` with `updates` written (or added) where `indices` say along `axis`. */
export function scatterElements(
  g: Graph,
  data: Value,
  indices: Value,
  updates: Value,
  axis: number,
  reduction: ScatterReduction = 'none',
): Value {
  const at = axisOf('ScatterElements', data, axis);
  requireIndices('ScatterElements', data, indices);
  requireSameType('ScatterElements', [data, updates]);
  if (!sameShape(indices.shape, updates.shape) || indices.shape.length !== data.shape.length) {
    refuse(
      'ScatterElements',
      [data, indices, updates],
      'indices and updates differ, or have other axes than data',
    );
  }
  const attributes = { axis: at, reduction };
  return emit(g, 'ScatterElements', [data, indices, updates], data, attributes);
}

/**
 * `data` with whole slices written (or added): the last axis of `indices` [..., k] addresses the first k axes of
 * `data`, and `updates` is [..., data.shape[k:]].
 */
export function scatterND(
  g: Graph,
  data: Value,
  indices: Value,
  updates: Value,
  reduction: ScatterReduction = 'none',
): Value {
  requireIndices('ScatterND', data, indices);
  requireSameType('ScatterND', [data, updates]);
  const depth = indices.shape.at(-1);
  if (typeof depth !== 'number' || depth > data.shape.length) {
    refuse('ScatterND', [data, indices], 'the last axis of the indices must be a number of axes of the data');
  }
  const shape = [...indices.shape.slice(0, -1), ...data.shape.slice(depth)];
  if (!sameShape(shape, updates.shape)) {
    refuse('ScatterND', [data, indices, updates], `the updates must be [${shape.join(', ')}]`);
  }
  const output = data;
  return emit(g, 'ScatterND', [data, indices, updates], output, { reduction });
}

/**
 * Where a vector is true: int64 [`name`], in order.
 * @param name of the size, which is known when the graph runs
 */
export function nonZero(g: Graph, x: Value, name: string): Value {
  if (x.shape.length !== 1) refuse('NonZero', [x], 'it is no vector');
  return squeeze(g, emit(g, 'NonZero', [x], { type: 'int64', shape: [1, name] }), [0]);
}

function requireIndices(op: string, data: Value, indices: Value): void {
  if (indices.type !== 'int64' && indices.type !== 'int32') {
    refuse(op, [data, indices], 'indices are int64 or int32');
  }
}
