/** Arithmetic on shapes whose sizes may be names: broadcasting, products, and how a shape is written. */
import type { DataType, Dim, Shape, Value } from './graph';

/** `float32[batch, 384]`. */
export function formatType(type: DataType, shape: Shape): string {
  return `${type}[${shape.join(', ')}]`;
}

/** `"logits" float32[batch, 4]`, for messages. */
export function formatValue(value: Value): string {
  return `"${value.name}" ${formatType(value.type, value.shape)}`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/**
 * Multidirectional broadcasting as in NumPy and ONNX: a name fits itself and 1, and nothing else.
 * Undefined when the shapes do not fit.
 */
export function broadcast(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const dims: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    const left = a[a.length - rank + i] ?? 1;
    const right = b[b.length - rank + i] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    dims.push(left === 1 ? right : left);
  }
  return dims;
}

/** The number of elements: a number, or factors in a fixed order such as `12*batch*tokens`. */
export function product(dims: Shape): Dim {
  const { coefficient, names } = factors(dims);
  return written(coefficient, names);
}

/** What is missing in `known` to have as many elements as `all`; undefined when it is no whole size. */
export function quotient(all: Shape, known: Shape): Dim | undefined {
  const total = factors(all);
  const part = factors(known);
  const names = without(total.names, part.names);
  const coefficient = total.coefficient / part.coefficient;
  return names && Number.isInteger(coefficient) ? written(coefficient, names) : undefined;
}

/** The size of parts laid end to end: a number, or terms such as `(labelled+unlabelled+1)`. */
export function sum(dims: readonly Dim[]): Dim {
  const { constant, names } = terms(dims);
  if (names.length === 0) return constant;
  const written = constant === 0 ? names : [...names, constant];
  return written.length === 1 ? (written[0] ?? 0) : `(${written.join('+')})`;
}

/** The length of the range from `start` to `end`. */
export function difference(end: Dim, start: Dim): Dim {
  const all = terms([end]);
  const part = terms([start]);
  const names = without(all.names, part.names);
  const constant = all.constant - part.constant;
  return names && constant >= 0 ? sum([...names, constant]) : `(${end}-${start})`;
}

/** Counts from the front: axis -1 is the last. Undefined when there is no such axis. */
export function normalAxis(axis: number, rank: number): number | undefined {
  const normal = axis < 0 ? axis + rank : axis;
  return Number.isInteger(normal) && normal >= 0 && normal < rank ? normal : undefined;
}

/** The parts of a product's name (`12*batch`). A size that is no product is its own only part. */
export function factorsOf(name: string): Dim[] {
  return name.split('*').map(parsed);
}

/** The parts of a sum's name (`(labelled+unlabelled)`). A size that is no sum is its own only part. */
export function termsOf(name: string): Dim[] {
  const inner = /^\(([^()]*)\)$/.exec(name)?.[1];
  return inner === undefined ? [name] : inner.split('+').map(parsed);
}

function parsed(part: string): Dim {
  return /^\d+$/.test(part) ? Number(part) : part;
}

function factors(dims: Shape): { coefficient: number; names: string[] } {
  let coefficient = 1;
  const names: string[] = [];
  for (const factor of dims.flatMap((dim) => (typeof dim === 'number' ? [dim] : factorsOf(dim)))) {
    if (typeof factor === 'number') coefficient *= factor;
    else names.push(factor);
  }
  return { coefficient, names: names.sort() };
}

function written(coefficient: number, names: readonly string[]): Dim {
  if (names.length === 0) return coefficient;
  return (coefficient === 1 ? names : [coefficient, ...names]).join('*');
}

function terms(dims: Shape): { constant: number; names: string[] } {
  const all = dims.flatMap((dim) => (typeof dim === 'number' ? [dim] : termsOf(dim)));
  return {
    constant: all.reduce<number>((total, term) => (typeof term === 'number' ? total + term : total), 0),
    names: all.filter((term) => typeof term === 'string'),
  };
}

/** `all` less one of each in `some`; undefined when one is not there. */
function without(all: readonly string[], some: readonly string[]): string[] | undefined {
  const rest = [...all];
  for (const name of some) {
    const at = rest.indexOf(name);
    if (at < 0) return undefined;
    rest.splice(at, 1);
  }
  return rest;
}
