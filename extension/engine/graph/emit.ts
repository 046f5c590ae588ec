/** What every operator function needs: adding a node with one output, and refusing inputs that do not fit. */
import { AppError } from '../../protocol/appError';
import { formatValue, normalAxis } from './dims';
import type { Attributes, Dim, Graph, OutputSpec, Value } from './graph';
import type { Operator } from './operators';

/** Adds a node with one output of the type and shape of `output`, and returns it. */
export function emit(
  g: Graph,
  op: Operator,
  inputs: readonly (Value | undefined)[],
  output: OutputSpec,
  attributes: Attributes = {},
): Value {
  const [value] = g.node(op, inputs, [{ type: output.type, shape: output.shape }], attributes);
  if (!value) throw new Error(`${op} has no output.`);
  return value;
}

/** @throws AppError('graph/shape') naming the operator, its inputs with their shapes, and what is wrong. */
export function refuse(op: string, inputs: readonly Value[], why: string): never {
  throw new AppError('graph/shape', `${op} does not fit ${inputs.map(formatValue).join(' and ')}: ${why}.`);
}

/** `axis` counted from the front. @throws AppError('graph/shape') */
export function axisOf(op: string, x: Value, axis: number): number {
  return normalAxis(axis, x.shape.length) ?? refuse(op, [x], `there is no axis ${axis}`);
}

/** The size along `axis`. @throws AppError('graph/shape') */
export function dimAt(op: string, x: Value, axis: number): Dim {
  return x.shape[axisOf(op, x, axis)] ?? refuse(op, [x], `there is no axis ${axis}`);
}

/** @throws AppError('graph/shape') unless all have the same element type. */
export function requireSameType(op: string, inputs: readonly Value[]): void {
  const type = inputs[0]?.type;
  if (inputs.some((input) => input.type !== type)) refuse(op, inputs, 'the element types differ');
}
