/** The feed-forward half of a layer, Vaswani et al. 2017, sec. 3.3; gated as by Shazeer 2020, "GLU Variants Improve Transformer". */
import { mul, relu } from '../graph/arithmetic';
import type { Graph, Value } from '../graph/graph';
import { split } from '../graph/layout';
import { gelu } from '../graph/neural';
import type { Activation } from './family';
import type { LinearRole } from './hooks';

/**
 * x [batch, tokens, hidden] -> [batch, tokens, hidden]
 *
 * @param gated whether 'intermediate' gives twice the size: what is activated, and what that is multiplied by
 * @param dense applies one of the layer's linear layers
 */
export function feedForward(
  g: Graph,
  x: Value,
  activation: Activation,
  gated: boolean,
  dense: (x: Value, role: LinearRole) => Value,
): Value {
  const inner = dense(x, 'intermediate');
  if (!gated) return dense(activate(g, inner, activation), 'output');
  const size = Number(inner.shape.at(-1)) / 2;
  const [activated = inner, gate = inner] = split(g, inner, -1, [size, size]);
  return dense(mul(g, activate(g, activated, activation), gate), 'output');
}

function activate(g: Graph, x: Value, activation: Activation): Value {
  if (activation === 'relu') return relu(g, x);
  return gelu(g, x, activation === 'geluTanh' ? 'tanh' : 'none');
}
