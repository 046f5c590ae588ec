/**
 * Elementwise operators. Two operands broadcast; a plain number stands for a shared scalar of the other
 * operand's type. All throw AppError('graph/shape') when operands do not fit.
 */
import { scalar } from './constants';
import { broadcast } from './dims';
import { emit, refuse, requireSameType } from './emit';
import type { DataType, Graph, Shape, Value } from './graph';
import type { Operator } from './operators';

export type Operand = Value | number;
export type Unary = (g: Graph, x: Value) => Value;
export type Binary = (g: Graph, a: Operand, b: Operand) => Value;

export const neg = unary('Neg');
export const abs = unary('Abs');
export const sign = unary('Sign');
export const exp = unary('Exp');
export const log = unary('Log');
export const sqrt = unary('Sqrt');
export const reciprocal = unary('Reciprocal');
export const erf = unary('Erf');
export const tanh = unary('Tanh');
export const sigmoid = unary('Sigmoid');
export const relu = unary('Relu');
export const not = unary('Not');

export const add = binary('Add');
export const sub = binary('Sub');
export const mul = binary('Mul');
export const div = binary('Div');
export const pow = binary('Pow');
export const min = binary('Min');
export const max = binary('Max');
export const and = binary('And');
export const or = binary('Or');

export const equal = binary('Equal', 'bool');
export const less = binary('Less', 'bool');
export const lessOrEqual = binary('LessOrEqual', 'bool');
export const greater = binary('Greater', 'bool');
export const greaterOrEqual = binary('GreaterOrEqual', 'bool');

/** `condition ? a : b`, element by element. */
export function where(g: Graph, condition: Value, a: Operand, b: Operand): Value {
  const [left, right] = values(g, 'Where', a, b);
  if (condition.type !== 'bool') refuse('Where', [condition], 'the condition is not bool');
  requireSameType('Where', [left, right]);
  const shape = broadcast(condition.shape, broadcastOf('Where', left, right));
  if (!shape) refuse('Where', [condition, left, right], 'the shapes cannot be broadcast');
  return emit(g, 'Where', [condition, left, right], { type: left.type, shape });
}

/** Limits to [low, high]; a bound that is left out does not limit. */
export function clip(g: Graph, x: Value, low?: number, high?: number): Value {
  const bounds = [low, high].map((bound) => (bound === undefined ? undefined : scalar(g, bound, x.type)));
  return emit(g, 'Clip', [x, ...bounds], x);
}

/** Converts the elements; float to integer truncates, anything to bool is `x != 0`. */
export function cast(g: Graph, x: Value, type: DataType): Value {
  if (x.type === type) return x;
  return emit(g, 'Cast', [x], { type, shape: x.shape }, { to: dataTypeCodes[type] });
}

export function identity(g: Graph, x: Value): Value {
  return emit(g, 'Identity', [x], x);
}

/** TensorProto.DataType. */
export const dataTypeCodes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
} as const satisfies Record<DataType, number>;

function unary(op: Operator): Unary {
  return (g, x) => emit(g, op, [x], x);
}

function binary(op: Operator, type?: DataType): Binary {
  return (g, a, b) => {
    const [left, right] = values(g, op, a, b);
    requireSameType(op, [left, right]);
    return emit(g, op, [left, right], { type: type ?? left.type, shape: broadcastOf(op, left, right) });
  };
}

function broadcastOf(op: Operator, a: Value, b: Value): Shape {
  return broadcast(a.shape, b.shape) ?? refuse(op, [a, b], 'the shapes cannot be broadcast');
}

function values(g: Graph, op: Operator, a: Operand, b: Operand): [Value, Value] {
  if (typeof a !== 'number') return [a, typeof b === 'number' ? scalar(g, b, a.type) : b];
  if (typeof b !== 'number') return [scalar(g, a, b.type), b];
  throw new Error(`${op} of two plain numbers (${a}, ${b}) needs no graph.`);
}
