/**
 * Reverse-mode differentiation of a graph, by adding nodes to it. The shape of the pass is that of tinygrad's
 * `gradient.py`; the rules are in `rules.ts`.
 */
import { AppError } from '../../protocol/appError';
import { add, cast, identity } from '../graph/arithmetic';
import { scalar } from '../graph/constants';
import { formatValue, sameShape } from '../graph/dims';
import type { Graph, Node, Value } from '../graph/graph';
import { expand } from '../graph/layout';
import type { Operator } from '../graph/operators';
import { refuseGradient, unbroadcast, zeros, type Gradient, type Rule, type Step } from './rule';
import { flat, missing, rules } from './rules';

/**
 * The gradients of `loss` by each of `wrt`, each with the shape of its value. Only nodes on a path from `wrt` to
 * `loss` are visited, so what is frozen costs nothing. A value that the loss does not depend on gets zeros.
 * @param loss one float element
 * @throws AppError('autodiff/not-a-loss'), AppError('autodiff/not-float'), or AppError('autodiff/no-rule') naming
 * the operator
 */
export function gradients(g: Graph, loss: Value, wrt: readonly Value[]): Value[] {
  for (const value of wrt) {
    if (!isFloat(value)) throw new AppError('autodiff/not-float', `${formatValue(value)} has no gradient.`);
  }
  if (!isFloat(loss) || loss.shape.some((dim) => dim !== 1)) {
    throw new AppError('autodiff/not-a-loss', `A loss is one float number; ${formatValue(loss)} is not.`);
  }
  const dependent = dependents(g, wrt);
  const gradientOf = new Map([[loss, cast(g, expand(g, scalar(g, 1), loss.shape), loss.type)]]);
  for (const node of g.nodes.toReversed()) {
    if (!node.outputs.some((output) => dependent.has(output) && gradientOf.has(output))) continue;
    g.scope(`gradient/${node.name}`, () => {
      for (const [input, gradient] of contributions(g, node, gradientOf, dependent)) {
        const before = gradientOf.get(input);
        const summand = unbroadcast(g, gradient(), input.shape);
        if (!sameShape(summand.shape, input.shape)) {
          throw new Error(`${node.op}: a gradient ${formatValue(summand)} came for ${formatValue(input)}.`);
        }
        gradientOf.set(input, before ? add(g, before, summand) : summand);
      }
    });
  }
  return wrt.map((value) => gradientOf.get(value) ?? zeros(g, value));
}

const stops = new WeakSet<Node>();

/** The same values, through which no gradient passes: a peer's answer that one learns from. */
export function stopGradient(g: Graph, x: Value): Value {
  const stopped = identity(g, x);
  const node = g.producer(stopped);
  if (node) stops.add(node);
  return stopped;
}

/** Every float value that changes with one of `wrt`, those included. */
function dependents(g: Graph, wrt: readonly Value[]): ReadonlySet<Value> {
  const found = new Set(wrt);
  for (const node of g.nodes) {
    if (stops.has(node) || !node.inputs.some((input) => input && found.has(input))) continue;
    for (const output of node.outputs) if (isFloat(output)) found.add(output);
  }
  return found;
}

/** The node's inputs that need a gradient, each with what this node adds to it. */
function contributions(
  g: Graph,
  node: Node,
  gradientOf: ReadonlyMap<Value, Value>,
  dependent: ReadonlySet<Value>,
): (readonly [Value, Gradient])[] {
  const rule = ruleOf(node);
  if (!rule) return [];
  const parts = rule(stepAt(g, node, gradientOf));
  return node.inputs.flatMap((input, i) => {
    if (!input || !dependent.has(input)) return [];
    return [[input, parts[i] ?? refuseGradient(node, `input ${i} has no rule`)] as const];
  });
}

/** Undefined where the derivative is zero. */
function ruleOf(node: Node): Rule | undefined {
  const table: Readonly<Record<string, (typeof rules)[Operator] | undefined>> = rules;
  const rule = node.domain === '' ? table[node.op] : undefined;
  if (rule === undefined || rule === missing) refuseGradient(node, 'it has no rule');
  return rule === flat ? undefined : rule;
}

function stepAt(g: Graph, node: Node, gradientOf: ReadonlyMap<Value, Value>): Step {
  const at = (values: readonly (Value | undefined)[], index: number): Value => {
    const value = values[index];
    if (!value) throw new Error(`${node.op} "${node.name}" has no value at place ${index}.`);
    return value;
  };
  const output = (index: number): Value => at(node.outputs, index);
  const dyOf = (index: number): Value | undefined => gradientOf.get(output(index));
  return {
    g,
    node,
    input: (index) => at(node.inputs, index),
    output,
    dy: dyOf(0) ?? zeros(g, output(0)),
    dyOf,
  };
}

function isFloat(value: Value): boolean {
  return value.type === 'float32' || value.type === 'float16';
}
