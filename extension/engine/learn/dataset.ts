import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { AppError } from '../../protocol/appError';
import { givenClass, noneOfThese } from '../../protocol/engineApi';
import { fileDigest } from '../../protocol/fileDigest';
import { jsonRows, type JsonRow } from '../../protocol/jsonLines';
import type { TextRef } from '../../protocol/report';
import type { TextCounts } from '../../protocol/snapshot';
import type { Window } from '../encoders/tokenBatches';
import type { Tokenizer } from '../encoders/tokenizer';
import { readLabelName, type LabelName } from './labelNames';
import { Random } from './random';
import type { Recipe } from './settings';

/** The texts of a run: tokens only, the words themselves are not kept. */
export interface Dataset {
  /** Class names, in the order of their numbers; `noneOfThese` is the last where it is one. */
  readonly labels: readonly string[];
  /** What the class names say, in the same order. */
  readonly names: readonly LabelName[];
  /** Windows of each text. */
  readonly windows: readonly (readonly Window[])[];
  /** Class of each text; undefined where none was given. */
  readonly given: readonly (number | undefined)[];
  /** Where in the file each text stands. */
  readonly places: readonly TextRef[];
  /** Texts without a label that the file has beyond those that are here. */
  readonly leftOut: number;
  /** Mean length of a window. */
  readonly meanTokens: number;
  /** SHA-256 of the data file: a checkpoint belongs to its data. */
  readonly digest: string;
  /** SHA-256 of the tokens alone: what is computed from them belongs to them, whatever labels are given. */
  readonly windowsDigest: string;
}

/**
 * Texts known to be none of the labels that make a class of their own; fewer are not learned from. It is a class of many kinds: from
 * one or two of them, nothing would follow for others.
 */
const fewestNone = 5;

/** What is said about the texts: enough for whoever learns from the labels alone. */
export type GivenLabels = Pick<Dataset, 'labels' | 'given'>;

/** Windows of a text that are read. */
const mostWindows = 4;

export interface DatasetOptions {
  readonly windowTokens: number;
  /** Texts without a label; of more, so many are drawn by chance. All of them when left out. */
  readonly mostUnlabelled?: number;
  readonly seed?: number;
  /** Label -> what it means, in a person's words. */
  readonly descriptions?: ReadonlyMap<string, string>;
}

/**
 * Reads JSON Lines of {"text", "label"?, "none"?} and turns the texts into windows of at most `windowTokens` tokens. Memory grows
 * with the texts that are kept, not with those of the file.
 * @throws AppError('data/...') naming the file and line, AppError('descriptions/unknown-label')
 */
export async function readDataset(
  file: string,
  tokenizer: Tokenizer,
  { windowTokens, mostUnlabelled = Infinity, seed = 1, descriptions = new Map() }: DatasetOptions,
): Promise<Dataset> {
  const labelled: PlacedRow[] = [];
  const none: PlacedRow[] = [];
  const unlabelled = new Sample<PlacedRow>(mostUnlabelled, Random.of(seed, 'sample'));
  let count = 0;
  for await (const row of jsonRows(createReadStream(file), file)) {
    const placed = { ...row, row: count++ };
    if (row.none) none.push(placed);
    else if (row.label === undefined) unlabelled.offer(placed);
    else labelled.push(placed);
  }
  const other = none.length < fewestNone ? [] : none;
  const rows = [...labelled, ...other, ...unlabelled.items].sort((a, b) => a.line - b.line);
  const names = rows.map(givenClass);
  const windows = rows.map(({ text }) => windowsRead(text, tokenizer, windowTokens));
  const tokensHash = createHash('sha256');
  for (const window of windows.flat()) tokensHash.update(Int32Array.from([...window, -1]));
  const labels = [...new Set(labelled.flatMap(({ label }) => label ?? []))].sort();
  if (labels.length < 2) {
    const there = labels.length === 1 ? `one class ("${labels[0]}")` : 'no class';
    throw new AppError(
      'data/too-few-classes',
      `${file} has labels of ${there}; label texts of at least two.`,
    );
  }
  if (other.length > 0 && !labels.includes(noneOfThese)) labels.push(noneOfThese);
  for (const label of descriptions.keys()) {
    if (labels.includes(label)) continue;
    throw new AppError(
      'descriptions/unknown-label',
      `"${label}" has a description, but is the label of no text of ${file}; correct the name or leave it out.`,
    );
  }
  const numbers = new Map(labels.map((name, i) => [name, i]));
  return {
    labels,
    names: labels.map((label) => readLabelName(label, tokenizer, windowTokens, descriptions.get(label))),
    windows,
    given: names.map((name) => (name === undefined ? undefined : numbers.get(name))),
    places: rows.map(({ row, id }) => ({ row, ...(id !== undefined && { id }) })),
    leftOut: unlabelled.offered - unlabelled.items.length,
    meanTokens: meanTokensOf(windows),
    digest: await fileDigest(file),
    windowsDigest: tokensHash.digest('hex'),
  };
}

type PlacedRow = JsonRow & Pick<TextRef, 'row'>;

/** At most `most` of the items that are offered one by one, each as likely as any other (Vitter 1985, algorithm R). */
class Sample<T> {
  readonly items: T[] = [];
  offered = 0;

  constructor(
    private readonly most: number,
    private readonly random: Random,
  ) {}

  offer(item: T): void {
    this.offered += 1;
    if (this.items.length < this.most) {
      this.items.push(item);
      return;
    }
    const at = this.random.int(this.offered);
    if (at < this.most) this.items[at] = item;
  }
}

/** The windows that are read of a text: all, or of many some that lie evenly over it. */
export function windowsRead(text: string, tokenizer: Tokenizer, windowTokens: number): Window[] {
  return evenly(tokenizer.windows(text, windowTokens), mostWindows);
}

export function tokensOf(windows: readonly (readonly Window[])[]): number {
  return windows.flat().reduce((sum, { length }) => sum + length, 0);
}

/** Of a window. */
export function meanTokensOf(windows: readonly (readonly Window[])[]): number {
  return tokensOf(windows) / Math.max(1, windows.flat().length);
}

/** At most `most` items, evenly spaced, the first and the last among them. */
function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from(
    { length: most },
    (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))] as T,
  );
}

/** Texts with a given label, and those without. */
export function labelledTexts({ given }: Pick<Dataset, 'given'>): number[] {
  return given.flatMap((label, text) => (label === undefined ? [] : [text]));
}

export function unlabelledTexts({ given }: Dataset): number[] {
  return given.flatMap((label, text) => (label === undefined ? [text] : []));
}

/** Whether there is anything to learn from besides the given labels. */
export function learnsUnlabelled(dataset: Dataset, { unlabelled }: Pick<Recipe, 'unlabelled'>): boolean {
  return unlabelled && unlabelledTexts(dataset).length > 0;
}

/** Those without a label that the teacher answers and the cohort learns from: of many, some drawn by chance. */
export function learnedTexts(
  dataset: Dataset,
  { seed, mostLearned }: Pick<Recipe, 'seed' | 'mostLearned'>,
): number[] {
  return Random.of(seed, 'learned').shuffle(unlabelledTexts(dataset)).slice(0, mostLearned);
}

/** What the teacher is asked of once it has learned: the texts with a label and those that are learned from. */
export function answeredTexts(
  dataset: Dataset,
  recipe: Pick<Recipe, 'seed' | 'mostLearned' | 'answeredWindows'>,
): { readonly texts: readonly number[]; readonly windows: readonly (readonly Window[])[] } {
  const texts = [...labelledTexts(dataset), ...learnedTexts(dataset, recipe)];
  return {
    texts,
    windows: texts.map((text) => (dataset.windows[text] ?? []).slice(0, recipe.answeredWindows)),
  };
}

/** Tokens of a title, a subject or a first sentence, special tokens included. */
const beginningTokens = 32;

/** How each text begins; undefined where most texts are short enough to be read at once. */
export function beginnings({ windows }: Dataset): Window[] | undefined {
  const long = windows.filter((own) => own.length > 1).length;
  if (2 * long < windows.length) return undefined;
  return windows.map(([first = []]) =>
    first.length > beginningTokens ? [...first.slice(0, beginningTokens - 1), ...first.slice(-1)] : first,
  );
}

export function countsOf(dataset: Dataset): TextCounts {
  return {
    labelled: labelledTexts(dataset).length,
    unlabelled: unlabelledTexts(dataset).length,
    ...(dataset.leftOut > 0 && { leftOut: dataset.leftOut }),
  };
}

/** The class of a text that is known to have one. */
export function classOf({ given }: Pick<Dataset, 'given'>, text: number): number {
  const label = given[text];
  if (label === undefined) throw new Error(`Text ${text} has no label.`);
  return label;
}

/**
 * Deals the labelled texts into `folds` parts, each class spread evenly over them, and classes with fewer texts
 * than folds over as many as they have.
 */
export function stratifiedFolds(
  dataset: GivenLabels,
  folds: number,
  ...seed: readonly (string | number)[]
): number[][] {
  const parts: number[][] = Array.from({ length: folds }, () => []);
  let next = 0;
  textsByClass(dataset, labelledTexts(dataset)).forEach((texts, c) => {
    for (const text of Random.of('folds', c, ...seed).shuffle(texts)) {
      parts[next % folds]?.push(text);
      next += 1;
    }
  });
  return parts.map((part) => part.sort((a, b) => a - b));
}

/**
 * What each member holds out: one part of the given labels, each member another one, so that every label is learned
 * from by someone, and every member has labels that measure it. A class with fewer than `from` labels is learned
 * whole.
 */
export function heldOutOf(
  dataset: Dataset,
  members: number,
  { seed, heldOutFolds, heldOutFrom }: Pick<Recipe, 'seed' | 'heldOutFolds' | 'heldOutFrom'>,
): Set<number>[] {
  const folds = stratifiedFolds(dataset, Math.max(heldOutFolds, members), seed, 'held-out');
  const counts = textsByClass(dataset, labelledTexts(dataset)).map((texts) => texts.length);
  return Array.from(
    { length: members },
    (_, m) =>
      new Set((folds[m] ?? []).filter((text) => (counts[classOf(dataset, text)] ?? 0) >= heldOutFrom)),
  );
}

/**
 * What each teacher leaves out: the labels dealt into parts. A class with fewer than `from` labels is learned whole; where all are,
 * one teacher knows all that several would.
 */
export function teacherFolds(
  dataset: Dataset,
  { seed, teachFolds, heldOutFrom }: Pick<Recipe, 'seed' | 'teachFolds' | 'heldOutFrom'>,
): Set<number>[] {
  const parts = heldOutOf(dataset, teachFolds, { seed, heldOutFolds: teachFolds, heldOutFrom });
  return parts.some((part) => part.size > 0) ? parts : parts.slice(0, 1);
}

/** The labelled texts of classes that have more than one: without its only one, nothing would be known of a class. */
export function spareTexts(dataset: GivenLabels): Set<number> {
  const byClass = textsByClass(dataset, labelledTexts(dataset));
  return new Set(byClass.flatMap((texts) => (texts.length > 1 ? texts : [])));
}

/** The texts of each class. */
export function textsByClass(dataset: GivenLabels, texts: readonly number[]): number[][] {
  const byClass: number[][] = dataset.labels.map(() => []);
  for (const text of texts) byClass[classOf(dataset, text)]?.push(text);
  return byClass;
}
