import type { Scores } from '../assess/metrics';
import { tokenFeeds, type Window } from '../encoders/tokenBatches';
import { modelBytes } from '../graph/serialise';
import { openSession, type SkippedDevice } from '../runtime/devices';
import type { Session, SessionDevice } from '../runtime/session';
import { f32, floats, scalar, type Tensor } from '../runtime/tensor';
import { BatchPlan, type Batch } from './batches';
import { classOf, labelledTexts, unlabelledTexts, type Dataset } from './dataset';
import { eightBitForward } from './eightBitForward';
import { beta1, beta2 } from './optimizer';
import { Random } from './random';
import { learningRateAt, rampAt } from './schedule';
import type { Recipe } from './settings';
import { membersOf, stepGraph, type Cohort } from './stepGraph';

/** What an interrupted run needs to go on as if nothing had happened. */
export interface TrainerState {
  readonly step: number;
  /** Each [parameters]. */
  readonly parameters: Float32Array;
  readonly moment1: Float32Array;
  readonly moment2: Float32Array;
}

/** Numbers of the tokenizer that masking and padding need. */
export interface SpecialTokens {
  readonly pad: number;
  /** Undefined when the vocabulary has none: then nothing is masked. */
  readonly mask: number | undefined;
  /** Tokens that are never masked. */
  readonly special: ReadonlySet<number>;
}

/** Runs the step graph: builds each step's batch and views, and keeps parameters and moments. */
export class CohortTrainer {
  private spare: TrainerState;

  private constructor(
    private readonly session: Session,
    readonly device: SessionDevice,
    readonly skipped: readonly SkippedDevice[],
    private readonly cohort: Cohort,
    private readonly recipe: Recipe,
    private readonly dataset: Dataset,
    private readonly tokens: SpecialTokens,
    private readonly plan: BatchPlan,
    /** Labels that were spread to all texts: [texts, classes]; none when unlabelled texts are not learned from. */
    private readonly spread: Scores | undefined,
    private readonly heldOut: readonly ReadonlySet<number>[],
    private current: TrainerState,
  ) {
    this.spare = emptyState(cohort.layout.size);
  }

  /** @param heldOut of each member, the labelled texts that it does not learn from */
  static async create(
    cohort: Cohort,
    recipe: Recipe,
    dataset: Dataset,
    tokens: SpecialTokens,
    spread: Scores | undefined,
    heldOut: readonly ReadonlySet<number>[],
    state: TrainerState,
  ): Promise<CohortTrainer> {
    const lengthOf = (text: number): number =>
      Math.max(...(dataset.windows[text] ?? []).map((w) => w.length));
    const plan = new BatchPlan(
      recipe.seed,
      labelledTexts(dataset),
      spread ? unlabelledTexts(dataset) : [],
      { labelled: recipe.labelledBatch, unlabelled: recipe.unlabelledBatch },
      lengthOf,
    );
    const { session, device, skipped } = await openSession(
      modelBytes(eightBitForward(stepGraph(cohort, recipe), recipe)),
      recipe.device,
    );
    return new CohortTrainer(
      session,
      device,
      skipped,
      cohort,
      recipe,
      dataset,
      tokens,
      plan,
      spread,
      heldOut,
      state,
    );
  }

  /** The state before the first step. */
  static begin(parameters: Float32Array): TrainerState {
    return { ...emptyState(parameters.length), parameters: parameters.slice() };
  }

  get state(): TrainerState {
    return this.current;
  }

  /** One optimizer step. @returns each member's loss, teacher first */
  async step(): Promise<number[]> {
    const { step, parameters, moment1, moment2 } = this.current;
    const size = [parameters.length];
    const next = this.spare;
    const vector = (data: Float32Array): Tensor => f32(size, data);
    const outputs = await this.session.run(
      {
        ...this.feeds(step),
        parameters: vector(parameters),
        moment1: vector(moment1),
        moment2: vector(moment2),
      },
      {
        losses: null,
        'parameters.next': vector(next.parameters),
        'moment1.next': vector(next.moment1),
        'moment2.next': vector(next.moment2),
      },
    );
    this.spare = this.current;
    this.current = { ...next, step: step + 1 };
    return [...floats(outputs['losses'])];
  }

  async dispose(): Promise<void> {
    await this.session.dispose();
  }

  /** Everything that the step graph reads but the optimizer's state. */
  feeds(step: number): Record<string, Tensor> {
    const { recipe } = this;
    const batch = this.plan.at(step);
    const windows = this.windowsOf(batch, step);
    const { attentionMask } = tokenFeeds(windows, this.tokens.pad);
    const views = membersOf(this.cohort).map((member) => {
      const view = this.view(windows, batch, member === this.cohort.teacher, member.id, step);
      return [`input_ids/${member.id}`, tokenFeeds(view, this.tokens.pad).inputIds] as const;
    });
    return {
      ...Object.fromEntries(views),
      attention_mask: attentionMask,
      ...this.targets(batch),
      mutual: scalar(recipe.mutualShare * rampAt(step, recipe.steps, recipe.mutualRamp)),
      learning_rate: scalar(learningRateAt(step, recipe.steps, recipe.learningRate, recipe.warmup)),
      correction1: scalar(1 - beta1 ** (step + 1)),
      correction2: scalar(1 - beta2 ** (step + 1)),
    };
  }

  /** One window of each text, given ones first: of a long text, another one each time it comes. */
  private windowsOf({ labelled, unlabelled }: Batch, step: number): Window[] {
    const random = Random.of(this.recipe.seed, 'window', step);
    return [...labelled, ...unlabelled].map((text) => {
      const windows = this.dataset.windows[text] ?? [];
      return windows[random.int(windows.length)] ?? [];
    });
  }

  /** A member's own view of the batch: some tokens masked; the teacher sees the unlabelled texts as they are. */
  private view(
    windows: readonly Window[],
    batch: Batch,
    isTeacher: boolean,
    id: string,
    step: number,
  ): Window[] {
    const random = Random.of(this.recipe.seed, 'mask', id, step);
    const { mask, special } = this.tokens;
    return windows.map((window, row) =>
      mask === undefined || (isTeacher && row >= batch.labelled.length)
        ? window
        : window.map((id) => (random.uniform() < this.recipe.maskedShare && !special.has(id) ? mask : id)),
    );
  }

  private targets(batch: Batch): Record<string, Tensor> {
    const classes = this.dataset.labels.length;
    const texts = [...batch.labelled, ...batch.unlabelled];
    const given = new Float32Array(texts.length * classes);
    const spread = new Float32Array(texts.length * classes);
    const isUnlabelled = new Float32Array(texts.length);
    const learns = membersOf(this.cohort).map(({ id }, m) => {
      const heldOut = this.heldOut[m];
      const weights = texts.map((text, row) => (row < batch.labelled.length && !heldOut?.has(text) ? 1 : 0));
      return [`learns/${id}`, f32([texts.length], weights)] as const;
    });
    texts.forEach((text, row) => {
      if (row < batch.labelled.length) {
        given[row * classes + classOf(this.dataset, text)] = 1;
      } else {
        isUnlabelled[row] = 1;
        spread.set(this.spread?.data.subarray(text * classes, (text + 1) * classes) ?? [], row * classes);
      }
    });
    return {
      ...Object.fromEntries(learns),
      given: f32([texts.length, classes], given),
      spread: f32([texts.length, classes], spread),
      is_unlabelled: f32([texts.length], isUnlabelled),
    };
  }
}

function emptyState(size: number): TrainerState {
  return {
    step: 0,
    parameters: new Float32Array(size),
    moment1: new Float32Array(size),
    moment2: new Float32Array(size),
  };
}
