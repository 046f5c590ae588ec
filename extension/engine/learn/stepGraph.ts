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
import { add, cast, div, equal, mul } from '../graph/arithmetic';
import { scalar } from '../graph/constants';
import { Graph, type Value } from '../graph/graph';
import { concat, reshape, slice } from '../graph/layout';
import { matmul } from '../graph/matrix';
import { argMax, reduceMax, reduceSum } from '../graph/reduce';
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

/** Of a member, counted as in `membersOf`, the places of the other students; none of the teacher. */
export function peersOf(cohort: Cohort, member: number): number[] {
  const members = membersOf(cohort);
  if (members[member] === cohort.teacher) return [];
  return members.flatMap((other, p) => (p === member || other === cohort.teacher ? [] : [p]));
}

interface StepInputs {
  /** [batch, classes]: one-hot where a label is given, else zeros. */
  readonly given: Value;
  /** [batch, classes]: what spread from the neighbours; rows sum to one. */
  readonly spread: Value;
  /** Of each member, [batch]: weight of a text in the mean over the step's given labels that it learns from. */
  readonly givenWeights: readonly Value[];
  /** Of each member, [batch]: weight of a text in the mean over the step's other texts that it reads. */
  readonly unlabelledWeights: readonly Value[];
  /** [batch, 1]: 1 where the teacher reads a text too, else 0; undefined without a teacher. */
  readonly taught: Value | undefined;
  /** Scalar: the share that the peers have in what a student is taught. */
  readonly mutual: Value;
}

/** What a member learns by, and what the step's texts without a given label count for it: both scalars. */
interface Learned {
  readonly loss: Value;
  readonly trusted: Value;
}

/**
 * Inputs: of each member its view, `input_ids/<member>` and `attention_mask/<member>` [batch, tokens], and what a text weighs
 * for it, `given_weight/<member>` and `unlabelled_weight/<member>` [batch]; `given`, `spread` [batch, classes]; scalars
 * `mutual`, `learning_rate`, `correction1`, `correction2`; `parameters`, `moment1`, `moment2`, `gradient_before` [parameters].
 * The teacher may read fewer texts, [read, tokens]: `reads` [batch, read] is 1 where a row of the batch is one of its.
 * Outputs: `losses` [members]; `agreements` [members], the share of the step's other texts where a student says what its peers
 * say; `trusted` [members], what those texts count on average; `gradient` [parameters] before clipping, added to `gradient_before`; and the three vectors renewed as
 * `parameters.next`, `moment1.next`, `moment2.next`.
 *
 * A step may come in parts: weights are those of the whole step, so losses, agreements and gradients of the parts add up, and
 * what the last part renews is the step.
 */
export function stepGraph(cohort: Cohort, recipe: Recipe): Graph {
  const g = new Graph();
  const { encoder, layout } = cohort;
  const members = membersOf(cohort);
  const classes = members[0]?.classes ?? 0;
  const weightsOf = (name: string): Value[] =>
    members.map(({ id }) => g.input(`${name}/${id}`, 'float32', ['batch']));
  const reads = cohort.teacher && g.input('reads', 'float32', ['batch', 'read']);
  const inputs: StepInputs = {
    given: g.input('given', 'float32', ['batch', classes]),
    spread: g.input('spread', 'float32', ['batch', classes]),
    givenWeights: weightsOf('given_weight'),
    unlabelledWeights: weightsOf('unlabelled_weight'),
    taught: reads && reduceSum(g, reads, [1], true),
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
    const shape = member === cohort.teacher ? ['read', 'read_tokens'] : ['batch', 'tokens'];
    const view = (name: string): Value => g.input(`${name}/${member.id}`, 'int64', shape);
    const tokens = { inputIds: view('input_ids'), attentionMask: view('attention_mask') };
    const own = memberLogits(g, encoder, member, tokens, parameter);
    return member === cohort.teacher && reads ? matmul(g, reads, own) : own;
  });

  const learned = members.map((member, i) =>
    g.scope(`loss/${member.id}`, () =>
      member === cohort.teacher
        ? teacherLoss(g, logits[i] as Value, recipe, inputs)
        : studentLoss(g, i, logits, cohort, recipe, inputs),
    ),
  );
  const losses = learned.map(({ loss }) => loss);
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
  const gradient = add(
    g,
    g.input('gradient_before', 'float32', [layout.size]),
    concat(g, members.map(gradientOf), 0),
  );
  const clipped = concat(
    g,
    members.map((member) => {
      const [start, end] = layout.rangeOf(member);
      return clipByNorm(g, slice(g, gradient, 0, start, end), recipe.clipNorm);
    }),
    0,
  );
  const next = adamW(g, state, clipped, {
    learningRate: mul(g, g.input('learning_rate', 'float32', []), rateScale(g, cohort, recipe)),
    correction1: g.input('correction1', 'float32', []),
    correction2: g.input('correction2', 'float32', []),
    decayMask: g.constant('decay_mask', { type: 'float32', shape: [layout.size], data: layout.decayMask() }),
    weightDecay: recipe.weightDecay,
  });
  g.output(numbers(g, losses), 'losses');
  g.output(numbers(g, agreements(g, logits, cohort, inputs)), 'agreements');
  g.output(
    numbers(
      g,
      learned.map(({ trusted }) => trusted),
    ),
    'trusted',
  );
  g.output(gradient, 'gradient');
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
function teacherLoss(g: Graph, logits: Value, recipe: Recipe, inputs: StepInputs): Learned {
  const loss = weighted(g, crossEntropy(g, logits, inputs.given), inputs.givenWeights[0] as Value);
  if (!recipe.unlabelled) return { loss, trusted: scalar(g, 0) };
  const weights = mul(g, inputs.unlabelledWeights[0] as Value, confidence(g, inputs.spread));
  const onSpread = weighted(g, crossEntropy(g, logits, inputs.spread), weights);
  return { loss: add(g, loss, onSpread), trusted: reduceSum(g, weights) };
}

/** `index` counts within the members. */
function studentLoss(
  g: Graph,
  index: number,
  logits: readonly Value[],
  cohort: Cohort,
  recipe: Recipe,
  inputs: StepInputs,
): Learned {
  const own = logits[index] as Value;
  const given = inputs.givenWeights[index] as Value;
  const taught = cohort.teacher
    ? stopGradient(g, sharpened(g, logits[0] as Value, recipe.teacherSharpening))
    : undefined;
  let loss = weighted(g, crossEntropy(g, own, inputs.given), given);
  if (taught) loss = add(g, loss, weighted(g, crossEntropy(g, own, taught), given));
  if (!recipe.unlabelled) return { loss, trusted: scalar(g, 0) };

  const peers = peersOf(cohort, index).map((p) => logits[p] as Value);
  let target = inputs.spread;
  if (taught && inputs.taught) target = mix(g, target, taught, mul(g, inputs.taught, 1 - recipe.spreadShare));
  if (recipe.mutual && peers.length > 0) {
    const sum = peers.map((peer) => softmax(g, peer)).reduce((a, b) => add(g, a, b));
    target = mix(g, target, stopGradient(g, div(g, sum, peers.length)), inputs.mutual);
  }
  const weights = mul(g, inputs.unlabelledWeights[index] as Value, confidence(g, target));
  const onTarget = weighted(g, crossEntropy(g, own, target), weights);
  return { loss: add(g, loss, onTarget), trusted: reduceSum(g, weights) };
}

/** Of each member, the weight of the texts that it is of one mind about with a peer, in the mean over its peers; 0 without any. */
function agreements(
  g: Graph,
  logits: readonly Value[],
  cohort: Cohort,
  { unlabelledWeights }: StepInputs,
): Value[] {
  const answers = logits.map((own) => argMax(g, own, 1));
  return answers.map((own, m) => {
    const peers = peersOf(cohort, m).map((p) => answers[p] as Value);
    if (peers.length === 0) return scalar(g, 0);
    const same = peers.map((peer) => cast(g, equal(g, own, peer), 'float32')).reduce((a, b) => add(g, a, b));
    return weighted(g, div(g, same, peers.length), unlabelledWeights[m] as Value);
  });
}

/** Scalars as a vector. */
function numbers(g: Graph, scalars: readonly Value[]): Value {
  return concat(
    g,
    scalars.map((value) => reshape(g, value, [1])),
    0,
  );
}

/** The sum of weighted rows. */
function weighted(g: Graph, rows: Value, weights: Value): Value {
  return reduceSum(g, mul(g, rows, weights));
}

/** The highest probability of each row: [batch]. */
function confidence(g: Graph, probabilities: Value): Value {
  return stopGradient(g, reduceMax(g, probabilities, [1]));
}
