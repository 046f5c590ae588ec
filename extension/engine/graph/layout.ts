/** Operators that move elements and compute nothing. All throw AppError('graph/shape') when inputs do not fit. */
import { int64 } from './constants';
import { broadcast, difference, normalAxis, product, quotient, sameShape, sum } from './dims';
import { axisOf, dimAt, emit, refuse, requireSameType } from './emit';
import type { Dim, Graph, Shape, Value } from './graph';
import { sizes } from './sizes';

/** `x` in another shape of as many elements; one size may be -1, which stands for what is left. */
export function reshape(g: Graph, x: Value, shape: Shape): Value {
  const target = completed(x, shape);
  if (sameShape(target, x.shape)) return x;
  return emit(g, 'Reshape', [x, reshapeSizes(g, x, target)], { type: x.type, shape: target });
}

/** Output axis i is input axis `perm[i]`; the default reverses all axes. */
export function transpose(
  g: Graph,
  x: Value,
  perm: readonly number[] = x.shape.map((_, i) => -1 - i),
): Value {
  const axes = perm.map((axis) => axisOf('Transpose', x, axis));
  if (new Set(axes).size !== x.shape.length)
    refuse('Transpose', [x], `[${perm.join(', ')}] is no permutation`);
  if (axes.every((axis, i) => axis === i)) return x;
  const shape = axes.map((axis) => dimAt('Transpose', x, axis));
  return emit(g, 'Transpose', [x], { type: x.type, shape }, { perm: axes });
}

/** The permutation that undoes `perm`. */
export function inverse(perm: readonly number[]): number[] {
  return perm.map((_, axis) => perm.indexOf(axis));
}

/** Swaps the last two axes. */
export function transposeLast(g: Graph, x: Value): Value {
  const rank = x.shape.length;
  if (rank < 2) refuse('Transpose', [x], 'it has fewer than two axes');
  const lead = Array.from({ length: rank - 2 }, (_, i) => i);
  return transpose(g, x, [...lead, rank - 1, rank - 2]);
}

/** Removes axes of size 1. */
export function squeeze(g: Graph, x: Value, axes: readonly number[]): Value {
  const gone = axes.map((axis) => axisOf('Squeeze', x, axis));
  for (const axis of gone) if (x.shape[axis] !== 1) refuse('Squeeze', [x], `axis ${axis} is not of size 1`);
  const shape = x.shape.filter((_, i) => !gone.includes(i));
  return emit(g, 'Squeeze', [x, int64(g, gone)], { type: x.type, shape });
}

/** Inserts axes of size 1; `axes` are places in the result. */
export function unsqueeze(g: Graph, x: Value, axes: readonly number[]): Value {
  const rank = x.shape.length + axes.length;
  const added = axes.map(
    (axis) => normalAxis(axis, rank) ?? refuse('Unsqueeze', [x], `no place for ${axis}`),
  );
  const rest = [...x.shape];
  const shape = Array.from({ length: rank }, (_, i) => (added.includes(i) ? 1 : (rest.shift() ?? 1)));
  return emit(g, 'Unsqueeze', [x, int64(g, added)], { type: x.type, shape });
}

/** Repeats axes of size 1 (and adds leading ones) until the shape is `shape`. */
export function expand(g: Graph, x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const full = broadcast(x.shape, shape);
  if (!full || !sameShape(full, shape)) refuse('Expand', [x], `it cannot become [${shape.join(', ')}]`);
  return emit(g, 'Expand', [x, sizes(g, shape)], { type: x.type, shape });
}

/** Lays values end to end along `axis`; the other sizes are equal. */
export function concat(g: Graph, values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (!first) throw new Error('Concat needs a value.');
  requireSameType('Concat', values);
  const at = axisOf('Concat', first, axis);
  const others = (x: Value): Dim[] => x.shape.filter((_, i) => i !== at);
  for (const x of values) {
    if (!sameShape(others(x), others(first))) refuse('Concat', [first, x], `sizes differ beside axis ${at}`);
  }
  const shape = first.shape.with(at, sum(values.map((x) => dimAt('Concat', x, at))));
  return emit(g, 'Concat', values, { type: first.type, shape }, { axis: at });
}

/**
 * The range [start, end) of `axis`; without `end`, to its end. Numbers count from the front; names are sizes
 * known at run time: `slice(g, positions, 0, 0, 'tokens')`.
 */
export function slice(g: Graph, x: Value, axis: number, start: Dim, end?: Dim): Value {
  const at = axisOf('Slice', x, axis);
  const total = dimAt('Slice', x, at);
  const stop = end ?? total;
  const beyond = [start, stop].some(
    (dim) => typeof dim === 'number' && typeof total === 'number' && dim > total,
  );
  if (beyond || (typeof start === 'number' && start < 0) || (typeof stop === 'number' && stop < 0)) {
    refuse('Slice', [x], `axis ${at} has no range from ${start} to ${stop}`);
  }
  const inputs = [x, sizes(g, [start]), sizes(g, [stop]), int64(g, [at])];
  return emit(g, 'Slice', inputs, { type: x.type, shape: x.shape.with(at, difference(stop, start)) });
}

/** Cuts `axis` into parts of the given sizes, which fill it. */
export function split(g: Graph, x: Value, axis: number, parts: readonly number[]): Value[] {
  const at = axisOf('Split', x, axis);
  if (sum(parts) !== x.shape[at]) refuse('Split', [x], `[${parts.join(', ')}] does not fill axis ${at}`);
  const outputs = parts.map((size) => ({ type: x.type, shape: x.shape.with(at, size) }));
  return g.node('Split', [x, int64(g, parts)], outputs, { axis: at });
}

/**
 * Puts `x` into zeros: along `axis` it begins at `start` (a size, or an int64 [1]), and the whole has size `total`.
 */
export function padTo(g: Graph, x: Value, axis: number, start: Dim | Value, total: Dim): Value {
  const at = axisOf('Pad', x, axis);
  const size = dimAt('Pad', x, at);
  if (start === 0 && size === total) return x;
  const pads = padSizes(g, start, size, total);
  const inputs = [x, pads, undefined, int64(g, [at])];
  return emit(g, 'Pad', inputs, { type: x.type, shape: x.shape.with(at, total) });
}

function padSizes(g: Graph, start: Dim | Value, size: Dim, total: Dim): Value {
  if (typeof start === 'number' && typeof size === 'number' && typeof total === 'number') {
    return int64(g, [start, total - start - size]);
  }
  const minus = (a: Value, b: Value): Value => emit(g, 'Sub', [a, b], { type: 'int64', shape: [1] });
  const before = typeof start === 'object' ? start : sizes(g, [start]);
  const after = minus(minus(sizes(g, [total]), before), sizes(g, [size]));
  return emit(g, 'Concat', [before, after], { type: 'int64', shape: [2] }, { axis: 0 });
}

function completed(x: Value, shape: Shape): Shape {
  const open = shape.indexOf(-1);
  const known = shape.filter((_, i) => i !== open);
  const rest = quotient(x.shape, known);
  const fits = rest !== undefined && !known.includes(-1) && (open >= 0 || rest === 1);
  if (!fits && !(open < 0 && product(x.shape) === product(shape))) {
    refuse('Reshape', [x], `it cannot become [${shape.join(', ')}]`);
  }
  return open < 0 ? shape : shape.with(open, rest ?? 1);
}

/** ONNX's own signs where they are enough (0: as before, -1: what is left), since they cost nothing. */
function reshapeSizes(g: Graph, x: Value, target: Shape): Value {
  const signs = target.map((dim, i) => (typeof dim === 'number' ? dim : dim === x.shape[i] ? 0 : -1));
  const constant = signs.filter((dim) => dim === -1).length <= 1 && !target.includes(0);
  return constant ? int64(g, signs) : sizes(g, target);
}
