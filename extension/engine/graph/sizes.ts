/** Sizes that are known only when the graph runs, as int64 vectors inside the graph. */
import { AppError } from '../../protocol/appError';
import { int64 } from './constants';
import { factorsOf, formatType, product, termsOf } from './dims';
import { emit } from './emit';
import type { Dim, Graph, Shape, Value } from './graph';

/** The shape of `x` as it is at run time: int64 [rank]. */
export function shapeOf(g: Graph, x: Value): Value {
  return emit(g, 'Shape', [x], { type: 'int64', shape: [x.shape.length] });
}

/**
 * `shape` as an int64 vector: a constant if all sizes are numbers, else read off the values whose shapes have
 * these names.
 * @throws AppError('graph/unknown-size') when no value of the graph has a size of that name.
 */
export function sizes(g: Graph, shape: Shape): Value {
  if (shape.every((dim) => typeof dim === 'number')) return int64(g, shape);
  const parts = shape.map((dim) => (typeof dim === 'number' ? int64(g, [dim]) : namedSize(g, dim)));
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  return emit(g, 'Concat', parts, { type: 'int64', shape: [shape.length] }, { axis: 0 });
}

/** How many elements `dims` span, as an int64 [1]. */
export function elementCount(g: Graph, dims: Shape): Value {
  return sizes(g, [product(dims)]);
}

const known = new WeakMap<Graph, Map<string, Value>>();

function namedSize(g: Graph, name: string): Value {
  const cache = known.get(g) ?? new Map<string, Value>();
  known.set(g, cache);
  const size = cache.get(name) ?? readSize(g, name);
  cache.set(name, size);
  return size;
}

function readSize(g: Graph, name: string): Value {
  const holder = findHolder(g, name);
  if (holder) {
    const axis = holder.shape.indexOf(name);
    const attributes = { start: axis, end: axis + 1 };
    return emit(g, 'Shape', [holder], { type: 'int64', shape: [1] }, attributes);
  }
  const terms = termsOf(name);
  if (terms.length > 1) return folded(g, 'Add', terms);
  const factors = factorsOf(name);
  if (factors.length > 1) return folded(g, 'Mul', factors);
  throw new AppError(
    'graph/unknown-size',
    `No value of the graph has a size named "${name}"; declare it on an input, e.g. ${formatType('float32', [name])}.`,
  );
}

function folded(g: Graph, op: 'Add' | 'Mul', parts: readonly Dim[]): Value {
  return parts
    .map((part) => sizes(g, [part]))
    .reduce((a, b) => emit(g, op, [a, b], { type: 'int64', shape: [1] }));
}

/** Inputs first: their sizes cost nothing to read. */
function findHolder(g: Graph, name: Dim): Value | undefined {
  const holds = (value: Value): boolean => value.shape.includes(name);
  return g.inputs.find(holds) ?? g.nodes.flatMap((node) => node.outputs).find(holds);
}
