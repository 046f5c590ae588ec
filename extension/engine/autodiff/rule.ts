/** What a gradient rule is, and the few things that rules share. */
import { AppError } from '../../protocol/appError';
import { cast } from '../graph/arithmetic';
import { scalar } from '../graph/constants';
import type { Graph, Node, Shape, Value } from '../graph/graph';
import { expand } from '../graph/layout';
import { reduceSum } from '../graph/reduce';

/** One node on the way back: what it read, what it made, and how the loss changes with what it made. */
export interface Step {
  readonly g: Graph;
  readonly node: Node;
  /** @throws when the node was built without that input: a bug of the rule. */
  input(index: number): Value;
  output(index: number): Value;
  /** Gradient of the loss by output 0; shape of output 0. */
  readonly dy: Value;
  /** Gradient by any output; undefined where the loss does not depend on it. */
  dyOf(index: number): Value | undefined;
}

/**
 * Adds the nodes of a gradient by one input when it is called, which happens only if that gradient is needed.
 * The result may have the broadcast shape: it is summed down to the input's shape by the caller.
 */
export type Gradient = () => Value;

/** One gradient an input, in the order of the inputs; undefined for an input that has none, like indices. */
export type Rule = (step: Step) => readonly (Gradient | undefined)[];

/** A rule for f(x) from its derivative: `dx` gets dy, x and y = f(x). */
export function unary(dx: (g: Graph, dy: Value, x: Value, y: Value) => Value): Rule {
  return ({ g, dy, input, output }) => [() => dx(g, dy, input(0), output(0))];
}

type BinaryPart = (g: Graph, dy: Value, a: Value, b: Value, y: Value) => Value;

/** A rule for f(a, b) from its two partial derivatives. */
export function binary(da: BinaryPart, db: BinaryPart): Rule {
  return ({ g, dy, input, output }) =>
    [da, db].map((part) => () => part(g, dy, input(0), input(1), output(0)));
}

/** @throws AppError('autodiff/no-rule') */
export function refuseGradient(node: Node, reason: string): never {
  throw new AppError(
    'autodiff/no-rule',
    `No gradient passes through ${node.op} ("${node.name}"): ${reason}. Keep it off the way to the loss, or use stopGradient.`,
  );
}

/** Sums a gradient over the axes that broadcasting had added or repeated, so that it has `shape` again. */
export function unbroadcast(g: Graph, gradient: Value, shape: Shape): Value {
  const lead = gradient.shape.length - shape.length;
  const added = Array.from({ length: lead }, (_, i) => i);
  const summed = reduceSum(g, gradient, added);
  const repeated = shape.flatMap((dim, i) => (dim === 1 && summed.shape[i] !== 1 ? [i] : []));
  return reduceSum(g, summed, repeated, true);
}

/** Zeros of the type of `like`, in its shape unless told otherwise. */
export function zeros(g: Graph, like: Value, shape: Shape = like.shape): Value {
  return cast(g, expand(g, scalar(g, 0), shape), like.type);
}

/** Computes once, when first asked: for parts that the gradients of several inputs share. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** An integer attribute of a node that one of `graph/`'s functions has made. */
export function integer(node: Node, name: string): number {
  const value = node.attributes[name];
  if (typeof value !== 'number') throw new Error(`${node.op} "${node.name}" has no integer "${name}".`);
  return value;
}

/** The elements of an int64 constant: axes of a reduction, sizes of a split. */
export function integers(g: Graph, value: Value): number[] {
  const tensor = g.constants.get(value);
  if (!tensor) throw new Error(`"${value.name}" is no constant.`);
  return Array.from(tensor.data, Number);
}
