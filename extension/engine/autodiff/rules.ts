/**
 * The table of gradient rules: a line for every operator that a graph can hold. To add an operator, add it to
 * `graph/operators.ts` and here; its test case goes into `test/engine/autodiff/cases.ts`.
 */
import type { Operator } from '../graph/operators';
import type { Rule } from './rule';
import { elementwise } from './rules/elementwise';
import { indexing } from './rules/indexing';
import { layout } from './rules/layout';
import { matrix } from './rules/matrix';
import { neural } from './rules/neural';
import { reductions } from './rules/reduce';

/** The derivative is zero wherever it exists: no gradient passes, and none is missing. */
export const flat = 'flat';
/** A derivative exists but nobody has written it: a gradient that comes here is refused. */
export const missing = 'missing';

export const rules: Readonly<Record<Operator, Rule | typeof flat | typeof missing>> = {
  ...elementwise,
  ...matrix,
  ...layout,
  ...reductions,
  ...indexing,
  ...neural,

  Sign: flat,
  Not: flat,
  And: flat,
  Or: flat,
  Equal: flat,
  Less: flat,
  LessOrEqual: flat,
  Greater: flat,
  GreaterOrEqual: flat,
  ArgMax: flat,
  NonZero: flat,
  Shape: flat,

  Pad: missing,
  ScatterND: missing,
  DynamicQuantizeLinear: missing,
  MatMulInteger: missing,
  DequantizeLinear: missing,
};
