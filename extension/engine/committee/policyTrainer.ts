import { gradients } from '../autodiff/gradients';
import { textInputs, type Encoder } from '../encoders/encoder';
import { tokenFeeds, type Window } from '../encoders/tokenBatches';
import { Graph, type Value } from '../graph/graph';
import { concat, reshape } from '../graph/layout';
import { reduceMean } from '../graph/reduce';
import { modelBytes } from '../graph/serialise';
import { inEightBits } from '../learn/inEightBits';
import { adamW, beta1, beta2, clipByNorm } from '../learn/optimizer';
import { ParameterLayout } from '../learn/parameterLayout';
import { learningRateAt } from '../learn/schedule';
import type { Recipe } from '../learn/settings';
import type { TrainerState } from '../learn/stepState';
import { memberLogits, parameterSpecs, type Member } from '../peft/member';
import { Session, type SessionDevice } from '../runtime/session';
import { f32, floats, scalar } from '../runtime/tensor';
import { policyLogs, policyLoss } from './policy';

/** Name of the one number that a policy has besides its member's parameters. */
export function abstainOf({ id }: Member): string {
  return `${id}/abstain`;
}

/** A member's parameters, and the weight of "abstain". */
export function policyLayout(member: Member, hiddenSize: number, abstain: number): ParameterLayout {
  const init = { type: 'float32', shape: [1], data: Float32Array.of(abstain) } as const;
  return new ParameterLayout([
    ...parameterSpecs(member, hiddenSize),
    { name: abstainOf(member), shape: [1], init },
  ]);
}

export interface PolicyRates {
  /** Peak; it rises and falls as `learningRateAt` says, over all of these steps. */
  readonly learningRate: number;
  readonly steps: number;
  readonly clip: number;
  readonly divergence: number;
}

/** Share of the steps in which the learning rate rises. */
const warmup = 0.1;

/** Some texts, and what was sampled for them: rows of [texts, classes + 1]. */
export interface PolicyBatch {
  readonly windows: readonly Window[];
  readonly shares: Float32Array;
  readonly advantages: Float32Array;
  readonly before: Float32Array;
  readonly reference: Float32Array;
}

/** Takes the steps of a policy. */
export class PolicyTrainer {
  private constructor(
    private readonly session: Session,
    private readonly padId: number,
    private readonly actions: number,
    private readonly rates: Pick<PolicyRates, 'learningRate' | 'steps'>,
    private state: TrainerState,
  ) {}

  static async create(
    { encoder, member, layout }: { encoder: Encoder; member: Member; layout: ParameterLayout },
    rates: PolicyRates,
    recipe: Recipe,
    { device, padId }: { device: SessionDevice; padId: number },
    state: TrainerState,
  ): Promise<PolicyTrainer> {
    const graph = policyGraph(encoder, member, layout, rates, recipe);
    const session = await Session.create(modelBytes(inEightBits(graph, { ...recipe, device })), { device });
    return new PolicyTrainer(session, padId, member.classes + 1, rates, state);
  }

  /** Not to be written to. */
  get now(): TrainerState {
    return this.state;
  }

  /** @returns the mean divergence from the supervised model, in nats, before the step */
  async step({ windows, ...sampled }: PolicyBatch): Promise<number> {
    const { step, parameters, moment1, moment2 } = this.state;
    const { steps, learningRate } = this.rates;
    const size = parameters.length;
    const rows = Object.entries(sampled).map(
      ([name, data]) => [name, f32([windows.length, this.actions], data)] as const,
    );
    const outputs = await this.session.run({
      ...tokenFeeds(windows, this.padId),
      ...Object.fromEntries(rows),
      parameters: f32([size], parameters),
      moment1: f32([size], moment1),
      moment2: f32([size], moment2),
      learning_rate: scalar(learningRateAt(step, steps, learningRate, warmup)),
      correction1: scalar(1 - beta1 ** (step + 1)),
      correction2: scalar(1 - beta2 ** (step + 1)),
    });
    const next = (name: string): Float32Array => floats(outputs[`${name}.next`]);
    this.state = {
      step: step + 1,
      parameters: next('parameters'),
      moment1: next('moment1'),
      moment2: next('moment2'),
    };
    return floats(outputs['divergence'])[0] ?? 0;
  }

  async dispose(): Promise<void> {
    await this.session.dispose();
  }
}

/** One step as a graph: forward, `policyLoss` in the mean over the texts, backward, clipping and AdamW. */
function policyGraph(
  encoder: Encoder,
  member: Member,
  layout: ParameterLayout,
  rates: Pick<PolicyRates, 'clip' | 'divergence'>,
  { clipNorm, weightDecay }: Pick<Recipe, 'clipNorm' | 'weightDecay'>,
): Graph {
  const g = new Graph();
  const text = textInputs(g);
  const rows = (name: string): Value => g.input(name, 'float32', ['batch', member.classes + 1]);
  const vector = (name: string): Value => g.input(name, 'float32', [layout.size]);
  const number = (name: string): Value => g.input(name, 'float32', []);
  const state = {
    parameters: vector('parameters'),
    moment1: vector('moment1'),
    moment2: vector('moment2'),
  };
  const tensors = layout.unpack(g, state.parameters);
  const parameter = (name: string): Value => tensors.get(name) as Value;
  const logits = memberLogits(g, encoder, member, text, parameter);
  const logs = policyLogs(g, logits, parameter(abstainOf(member)));
  const sampled = {
    shares: rows('shares'),
    advantages: rows('advantages'),
    before: rows('before'),
    reference: rows('reference'),
  };
  const { loss, divergence } = policyLoss(g, logs, sampled, rates);
  const names = layout.slots.map(({ spec }) => spec.name);
  const mean = reduceMean(g, loss);
  const parts = gradients(g, mean, names.map(parameter));
  const gradient = concat(
    g,
    parts.map((part) => reshape(g, part, [-1])),
    0,
  );
  const next = adamW(g, state, clipByNorm(g, gradient, clipNorm), {
    learningRate: number('learning_rate'),
    correction1: number('correction1'),
    correction2: number('correction2'),
    decayMask: g.constant('decay_mask', { type: 'float32', shape: [layout.size], data: layout.decayMask() }),
    weightDecay,
  });
  g.output(mean, 'loss');
  g.output(reduceMean(g, divergence), 'divergence');
  g.output(gradient, 'gradient');
  g.output(next.parameters, 'parameters.next');
  g.output(next.moment1, 'moment1.next');
  g.output(next.moment2, 'moment2.next');
  return g;
}
