/** What the step graph is fed at each step: which texts, whose view of them, and what they are to be. */
import type { Scores } from '../assess/metrics';
import { batchesByLength, tokenFeeds, type Window } from '../encoders/tokenBatches';
import type { Tokenizer } from '../encoders/tokenizer';
import { drawnWindow } from '../encoders/windowWeights';
import { f32, type Tensor } from '../runtime/tensor';
import { BatchPlan, type Batch } from './batches';
import { classOf, labelledTexts, learnedTexts, type Dataset } from './dataset';
import { Random } from './random';
import type { Recipe } from './settings';
import { membersOf, type Cohort } from './stepGraph';
import { pickRows, type Vectors } from './vectors';

/** Numbers of the tokenizer that views and padding need; `specialTokens` gives them. */
export interface SpecialTokens {
  readonly pad: number;
  /** Undefined when the vocabulary has none: then nothing is masked. */
  readonly mask: number | undefined;
  /** Tokens that are never masked. */
  readonly special: ReadonlySet<number>;
}

export function specialTokens(tokenizer: Tokenizer): SpecialTokens {
  return { pad: tokenizer.padId, mask: tokenizer.maskId, special: new Set(tokenizer.window([])) };
}

type Feeds = Record<string, Tensor>;

/** A function of (seed, step), so that a resumed run is fed what the uninterrupted one was. */
export class StepFeeds {
  private readonly plan: BatchPlan;

  /**
   * @param spread labels that were spread to all texts: [texts, classes]; none when unlabelled texts are not learned from
   * @param heldOut of each member, the labelled texts that it does not learn from
   */
  constructor(
    private readonly cohort: Cohort,
    private readonly recipe: Recipe,
    private readonly dataset: Dataset,
    private readonly tokens: SpecialTokens,
    private readonly spread: Scores | undefined,
    private readonly heldOut: readonly ReadonlySet<number>[],
  ) {
    this.plan = new BatchPlan(
      recipe.seed,
      labelledTexts(dataset),
      spread ? learnedTexts(dataset, recipe) : [],
      { labelled: recipe.labelledBatch, unlabelled: recipe.unlabelledBatch },
      (text) => Math.min(recipe.pieceTokens, Math.max(...(dataset.windows[text] ?? []).map((w) => w.length))),
    );
  }

  /** A step's texts in parts of about equal length: bounds the memory of a step, and less of it is padding. */
  at(step: number): Feeds[] {
    const { teacher, students } = this.cohort;
    const batch = this.plan.at(step);
    const windows = this.windowsOf(batch, step);
    const views = students.map(({ id }) => this.studentView(windows, id, step));
    const lengths = windows.map((window) => window.length);
    const targets = this.targets(batch);
    return batchesByLength(lengths, this.recipe.stepTokens).map((rows) => ({
      ...Object.fromEntries(Object.entries(targets).map(([name, target]) => [name, rowsOf(target, rows)])),
      ...(teacher && this.teacherFeeds(teacher.id, windows, batch, rows, step)),
      ...Object.assign(
        {},
        ...students.map(({ id }, s) =>
          this.viewFeeds(
            id,
            rows.map((row) => views[s]?.[row] ?? []),
          ),
        ),
      ),
    }));
  }

  /** A piece of one window of each text, given ones first: of a long text, another one each time it comes. */
  private windowsOf({ labelled, unlabelled }: Batch, step: number): Window[] {
    const random = Random.of(this.recipe.seed, 'window', step);
    return [...labelled, ...unlabelled].map((text) => {
      const windows = this.dataset.windows[text] ?? [];
      return pieceOf(
        windows[drawnWindow(windows.length, random.uniform())] ?? [],
        this.recipe.pieceTokens,
        random,
      );
    });
  }

  /** Each student's own view of the texts: some of their tokens masked. */
  private studentView(windows: readonly Window[], id: string, step: number): Window[] {
    const random = Random.of(this.recipe.seed, 'view', id, step);
    return windows.map((window) => this.masked(window, random));
  }

  private masked(window: Window, random: Random): Window {
    return masked(window, this.tokens, this.recipe.maskedShare, random);
  }

  /** The teacher reads the texts with a given label, masked as students see them, and some of the others as they are. */
  private teacherFeeds(
    id: string,
    windows: readonly Window[],
    { labelled }: Batch,
    rows: readonly number[],
    step: number,
  ): Feeds {
    const random = Random.of(this.recipe.seed, 'view', id, step, rows[0] ?? 0);
    const reads = rows.filter((row) => row < labelled.length || this.isTaught(row - labelled.length));
    // A part without any would be an empty batch.
    if (reads.length === 0) reads.push(...rows.slice(0, 1));
    const matrix = f32([rows.length, reads.length]);
    reads.forEach((row, column) => (matrix.data[rows.indexOf(row) * reads.length + column] = 1));
    const view = reads.map((row) => {
      const window = windows[row] ?? [];
      return row < labelled.length ? this.masked(window, random) : window;
    });
    return { reads: matrix, ...this.viewFeeds(id, view) };
  }

  /** Whether the teacher reads an unlabelled text of a step: so many, evenly spaced by length. */
  private isTaught(unlabelled: number): boolean {
    const { taughtBatch, unlabelledBatch } = this.recipe;
    return (unlabelled * taughtBatch) % unlabelledBatch < taughtBatch;
  }

  private viewFeeds(id: string, view: readonly Window[]): Feeds {
    const feeds = Object.entries(tokenFeeds(view, this.tokens.pad));
    return Object.fromEntries(feeds.map(([name, tensor]) => [`${name}/${id}`, tensor]));
  }

  /** By input of the step graph: what each text of the batch is to be, and what it weighs for each member. */
  private targets(batch: Batch): Record<string, Vectors> {
    const classes = this.dataset.labels.length;
    const texts = [...batch.labelled, ...batch.unlabelled];
    const isGiven = texts.map((_, row) => row < batch.labelled.length);
    const given = new Float32Array(texts.length * classes);
    const spread = new Float32Array(texts.length * classes);
    texts.forEach((text, row) => {
      if (isGiven[row]) given[row * classes + classOf(this.dataset, text)] = 1;
      else spread.set(this.spread?.data.subarray(text * classes, (text + 1) * classes) ?? [], row * classes);
    });
    const weights = membersOf(this.cohort).flatMap((member, m) => {
      const learned = texts.map((text, row) => Boolean(isGiven[row]) && !this.heldOut[m]?.has(text));
      const read = isGiven.map(
        (known, row) =>
          !known && (member !== this.cohort.teacher || this.isTaught(row - batch.labelled.length)),
      );
      return [
        [`given_weight/${member.id}`, { size: 1, data: meanWeights(learned) }] as const,
        [`unlabelled_weight/${member.id}`, { size: 1, data: meanWeights(read) }] as const,
      ];
    });
    return {
      ...Object.fromEntries(weights),
      given: { size: classes, data: given },
      spread: { size: classes, data: spread },
    };
  }
}

/** A window, a share of its tokens masked. */
export function masked(
  window: Window,
  { mask, special }: Omit<SpecialTokens, 'pad'>,
  share: number,
  random: Random,
): Window {
  if (mask === undefined) return window;
  return window.map((token) => (random.uniform() < share && !special.has(token) ? mask : token));
}

/** At most `most` tokens of a window that follow each other, between its first and its last token. */
export function pieceOf(window: Window, most: number, random: Random): Window {
  if (window.length <= most) return window;
  const start = 1 + random.int(window.length - most + 1);
  return [...window.slice(0, 1), ...window.slice(start, start + most - 2), ...window.slice(-1)];
}

/** What each row weighs in the mean over the chosen ones. */
function meanWeights(chosen: readonly boolean[]): Float32Array {
  const count = chosen.filter(Boolean).length;
  return Float32Array.from(chosen, (is) => (is ? 1 / count : 0));
}

/** Some rows as a tensor; numbers, not rows of one, where there is one a row. */
function rowsOf(vectors: Vectors, rows: readonly number[]): Tensor {
  const { size, data } = pickRows(vectors, rows);
  return f32(size === 1 ? [rows.length] : [rows.length, size], data);
}
