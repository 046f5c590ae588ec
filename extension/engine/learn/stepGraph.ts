/**
 * One training step of the whole cohort as one graph: forward, losses, backward, clipping and AdamW.
 *
 * A batch holds texts with a given label and texts without. The teacher learns from the given labels and from those
 * that were spread to the others. Each student learns from the given labels, from the teacher while it trains (online
 * distillation), and on the unlabelled texts from its peers too (mutual learning; NanoNet, arXiv 2602.06093). No
 * one's gradient flows into whom it learns from.
 */
import { gradients, stopGradient } from '../autodiff/gradients';
import type { Encoder } from '../encoders/encoder';
import { add, div, max, mul } from '../graph/arithmetic';
import { scalar } from '../graph/constants';
import { Graph, type Value } from '../graph/graph';
import { concat, reshape } from '../graph/layout';
import { reduceMax, reduceSum } from '../graph/reduce';
import { softmax } from '../graph/neural';
import { crossEntropy, mix, sharpened } from './losses';
import { memberLogits, type Member } from '../peft/member';
import { adamW, clipByNorm } from './optimizer';
import type { ParameterLayout } from './parameterLayout';
import type { Recipe } from './settings';

/** Members of a cohort; the teacher is missing when nobody learns from one. */
export interface Cohort {
  readonly encoder: Encoder;
  readonly teacher: Member | undefined;
  readonly students: readonly Member[];
  readonly layout: ParameterLayout;
}

/** All members, the teacher first. */
export function membersOf({ teacher, students }: Cohort): Member[] {
  return teacher ? [teacher, ...students] : [...students];
}

interface StepInputs {
  readonly attentionMask: Value;
  /** [batch, classes]: one-hot where a label is given, else zeros. */
  readonly given: Value;
  /** [batch, classes]: what spread from the neighbours; rows sum to one. */
  readonly spread: Value;
  /** [batch]: 1 for a text without a given label. */
  readonly isUnlabelled: Value;
  /** Of each member, [batch]: 1 for a given label that it learns from. */
  readonly learns: readonly Value[];
  /** Scalar: the share that the peers have in what a student is taught. */
  readonly mutual: Value;
}

/**
 * Inputs: `input_ids/<member>` and `attention_mask` [batch, tokens]; `given`, `spread` [batch, classes];
 * `is_unlabelled` and `learns/<member>` [batch]; scalars `mutual`, `learning_rate`, `correction1`, `correction2`; `parameters`, `moment1`, `moment2` [parameters].
 * Outputs: `losses` [members], `gradient` [parameters] before clipping, and the three vectors renewed as
 * `parameters.next`, `moment1.next`, `moment2.next`.
 */
export function stepGraph(cohort: Cohort, recipe: Recipe): Graph {
  const g = new Graph();
  const { encoder, layout } = cohort;
  const members = membersOf(cohort);
  const classes = members[0]?.classes ?? 0;
  const inputs: StepInputs = {
    attentionMask: g.input('attention_mask', 'int64', ['batch', 'tokens']),
    given: g.input('given', 'float32', ['batch', classes]),
    spread: g.input('spread', 'float32', ['batch', classes]),
    isUnlabelled: g.input('is_unlabelled', 'float32', ['batch']),
    learns: members.map(({ id }) => g.input(`learns/${id}`, 'float32', ['batch'])),
    mutual: g.input('mutual', 'float32', []),
  };
  const state = {
    parameters: g.input('parameters', 'float32', [layout.size]),
    moment1: g.input('moment1', 'float32', [layout.size]),
    moment2: g.input('moment2', 'float32', [layout.size]),
  };
  const tensors = layout.unpack(g, state.parameters);
  const parameter = (name: string): Value => tensors.get(name) as Value;
  const logits = members.map((member) => {
    const inputIds = g.input(`input_ids/${member.id}`, 'int64', ['batch', 'tokens']);
    return memberLogits(g, encoder, member, { inputIds, attentionMask: inputs.attentionMask }, parameter);
  });

  const losses = members.map((member, i) =>
    g.scope(`loss/${member.id}`, () =>
      member === cohort.teacher
        ? teacherLoss(g, logits[i] as Value, recipe, inputs)
        : studentLoss(g, i, logits, cohort, recipe, inputs),
    ),
  );
  const total = losses.reduce((a, b) => add(g, a, b));
  const names = layout.slots.map(({ spec }) => spec.name);
  const parts = gradients(g, total, names.map(parameter));
  const gradientOf = (member: Member): Value =>
    concat(
      g,
      names.flatMap((name, i) =>
        name.startsWith(`${member.id}/`) ? [reshape(g, parts[i] as Value, [-1])] : [],
      ),
      0,
    );
  const perMember = members.map(gradientOf);
  const clipped = concat(
    g,
    perMember.map((gradient) => clipByNorm(g, gradient, recipe.clipNorm)),
    0,
  );
  const next = adamW(g, state, clipped, {
    learningRate: mul(g, g.input('learning_rate', 'float32', []), rateScale(g, cohort, recipe)),
    correction1: g.input('correction1', 'float32', []),
    correction2: g.input('correction2', 'float32', []),
    decayMask: g.constant('decay_mask', { type: 'float32', shape: [layout.size], data: layout.decayMask() }),
    weightDecay: recipe.weightDecay,
  });
  g.output(
    concat(
      g,
      losses.map((loss) => reshape(g, loss, [1])),
      0,
    ),
    'losses',
  );
  g.output(concat(g, perMember, 0), 'gradient');
  g.output(next.parameters, 'parameters.next');
  g.output(next.moment1, 'moment1.next');
  g.output(next.moment2, 'moment2.next');
  return g;
}

/** [parameters]: the share of the learning rate that each parameter's member learns at. */
function rateScale(g: Graph, { layout, teacher }: Cohort, recipe: Recipe): Value {
  const data = new Float32Array(layout.size).fill(1);
  for (const { spec, offset, size } of layout.slots) {
    if (teacher && spec.name.startsWith(`${teacher.id}/`))
      data.fill(recipe.teacherRate, offset, offset + size);
  }
  return g.constant('rate_scale', { type: 'float32', shape: [layout.size], data });
}

/** Cross-entropy on the given labels, and on the spread ones. */
function teacherLoss(g: Graph, logits: Value, recipe: Recipe, inputs: StepInputs): Value {
  const loss = meanOver(g, crossEntropy(g, logits, inputs.given), inputs.learns[0] as Value);
  const weights = mul(g, inputs.isUnlabelled, confidence(g, inputs.spread));
  const onSpread = meanOverUnlabelled(g, crossEntropy(g, logits, inputs.spread), weights, inputs);
  return recipe.unlabelled ? add(g, loss, onSpread) : loss;
}

/** `index` counts within the members. */
function studentLoss(
  g: Graph,
  index: number,
  logits: readonly Value[],
  cohort: Cohort,
  recipe: Recipe,
  inputs: StepInputs,
): Value {
  const own = logits[index] as Value;
  const learns = inputs.learns[index] as Value;
  const first = cohort.teacher ? 1 : 0;
  const taught = cohort.teacher
    ? stopGradient(g, sharpened(g, logits[0] as Value, recipe.teacherSharpening))
    : undefined;
  let loss = meanOver(g, crossEntropy(g, own, inputs.given), learns);
  if (taught) {
    loss = add(g, loss, meanOver(g, crossEntropy(g, own, taught), learns));
  }
  if (!recipe.unlabelled) return loss;

  const peers = logits.slice(first).filter((_, i) => i + first !== index);
  let target = taught ? mix(g, taught, inputs.spread, scalar(g, recipe.spreadShare)) : inputs.spread;
  if (recipe.mutual && peers.length > 0) {
    const sum = peers.map((peer) => softmax(g, peer)).reduce((a, b) => add(g, a, b));
    target = mix(g, target, stopGradient(g, div(g, sum, peers.length)), inputs.mutual);
  }
  const weights = mul(g, inputs.isUnlabelled, confidence(g, target));
  return add(g, loss, meanOverUnlabelled(g, crossEntropy(g, own, target), weights, inputs));
}

/** Mean over the rows whose weight is 1; 0 when there are none. */
function meanOver(g: Graph, rows: Value, weights: Value): Value {
  return div(g, reduceSum(g, mul(g, rows, weights)), max(g, reduceSum(g, weights), 1));
}

/** Sum of weighted rows over the number of unlabelled texts; 0 when there are none. */
function meanOverUnlabelled(g: Graph, rows: Value, weights: Value, { isUnlabelled }: StepInputs): Value {
  return div(g, reduceSum(g, mul(g, rows, weights)), add(g, reduceSum(g, isUnlabelled), 1e-6));
}

/** The highest probability of each row: [batch]. */
function confidence(g: Graph, probabilities: Value): Value {
  return stopGradient(g, reduceMax(g, probabilities, [1]));
}
