/**
 * The policy of the one model, and what it is moved by: group relative policy optimisation (GRPO; Shao et al. 2024, DeepSeekMath,
 * section 4.1) for answers of one token, a label or "abstain".
 */
import { add, clip, exp, min, mul, neg, sub } from '../graph/arithmetic';
import type { Graph, Value } from '../graph/graph';
import { concat, expand, reshape } from '../graph/layout';
import { logSoftmax } from '../graph/neural';
import { reduceSum } from '../graph/reduce';
import { logSoftmaxRows, type Scores } from '../assess/metrics';

/**
 * How much sharper the policy is than the model's probabilities p: a label has the weight p^sharpness, and "abstain" the same weight
 * with every text. Where p is spread out the labels together weigh little, so it is abstained from; and the exported model, which has no
 * such token, says its doubt by its scores.
 */
const sharpness = 2;

/** The logarithm of the weight of "abstain" where it is worth as much as a label of that probability. */
export function abstainLog(price: number): number {
  return sharpness * Math.log(price);
}

/**
 * Logarithms of the policy: [batch, classes + 1], "abstain" last.
 * @param logits [batch, classes] @param abstain [1]: the logarithm of its weight
 */
export function policyLogs(g: Graph, logits: Value, abstain: Value): Value {
  const labels = mul(g, logSoftmax(g, logits), sharpness);
  const column = expand(g, reshape(g, abstain, [1, 1]), [logits.shape[0] ?? 1, 1]);
  return logSoftmax(g, concat(g, [labels, column], 1));
}

/** The same of numbers. */
export function policyOf(logits: Scores, abstain: number): Scores {
  const logs = logSoftmaxRows(logits);
  const classes = logs.classes + 1;
  const data = new Float32Array((logs.data.length / logs.classes) * classes).fill(abstain);
  for (let row = 0; row * classes < data.length; row++) {
    for (let c = 0; c < logs.classes; c++)
      data[row * classes + c] = sharpness * (logs.data[row * logs.classes + c] ?? 0);
  }
  return logSoftmaxRows({ classes, data });
}

/** All [batch, classes + 1]. */
export interface Sampled {
  /** Share of the group's samples that are this action. */
  readonly shares: Value;
  /** What an action is better than its group, in deviations; samples of one action have one reward. */
  readonly advantages: Value;
  /** Logarithms of the policy that sampled, and of the supervised model. */
  readonly before: Value;
  readonly reference: Value;
}

/**
 * The clipped objective (eq. 3 of DeepSeekMath), to be made small. The divergence from the supervised model is that over all actions
 * and no estimate: there are few.
 * @param logs what `policyLogs` gives
 * @returns both [batch]
 */
export function policyLoss(
  g: Graph,
  logs: Value,
  { shares, advantages, before, reference }: Sampled,
  rates: { readonly clip: number; readonly divergence: number },
): { loss: Value; divergence: Value } {
  const ratio = exp(g, sub(g, logs, before));
  const clipped = clip(g, ratio, 1 - rates.clip, 1 + rates.clip);
  const gain = min(g, mul(g, ratio, advantages), mul(g, clipped, advantages));
  const divergence = reduceSum(g, mul(g, exp(g, logs), sub(g, logs, reference)), [1]);
  const loss = add(g, neg(g, reduceSum(g, mul(g, shares, gain), [1])), mul(g, divergence, rates.divergence));
  return { loss, divergence };
}
