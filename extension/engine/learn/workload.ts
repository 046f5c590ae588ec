/** What a run has to compute, as far as it is known before it begins. */
import type { Stage } from '../../protocol/snapshot';
import type { Window } from '../encoders/tokenBatches';
import { answeredTexts, learnsUnlabelled, meanTokensOf, tokensOf, type Dataset } from './dataset';
import type { Recipe } from './settings';

export interface Workload {
  /** Tokens of all texts. */
  readonly tokens: number;
  /** Tokens of the texts that a teacher answers. */
  readonly answeredTokens: number;
  /** Mean length of a window. */
  readonly meanTokens: number;
  /** Whether there is anything to learn from besides the given labels. */
  readonly learnsUnlabelled: boolean;
}

export function workloadOf(dataset: Dataset, recipe: Recipe): Workload {
  return {
    tokens: tokensOf(dataset.windows),
    answeredTokens: tokensOf(answeredTexts(dataset, recipe).windows),
    meanTokens: dataset.meanTokens,
    learnsUnlabelled: learnsUnlabelled(dataset, recipe),
  };
}

/** How many texts there are, and the windows that are read of some that were drawn by chance. */
export interface Sampled {
  readonly labelled: number;
  readonly unlabelled: number;
  readonly windows: readonly (readonly Window[])[];
}

/** The same from a few texts. */
export function workloadFrom({ labelled, unlabelled, windows }: Sampled, recipe: Recipe): Workload {
  const kept = Math.min(unlabelled, recipe.mostUnlabelled);
  const learned = Math.min(unlabelled, recipe.mostLearned);
  const answered = windows.map((own) => own.slice(0, recipe.answeredWindows));
  const texts = Math.max(1, windows.length);
  return {
    tokens: ((labelled + kept) * tokensOf(windows)) / texts,
    answeredTokens: ((labelled + learned) * tokensOf(answered)) / texts,
    meanTokens: meanTokensOf(windows),
    learnsUnlabelled: recipe.unlabelled && unlabelled > 0,
  };
}

/** A backward pass counts as another forward one, and the optimizer as the rest. */
export const trainedCost = 2.4;

/** Estimated work of each stage, in tokens times layers. */
export function stageShares(
  work: Workload,
  recipe: Recipe,
  layers: number,
): Readonly<Partial<Record<Stage, number>>> {
  const teacher = recipe.distillation ? layers : 0;
  const teachers = work.learnsUnlabelled ? recipe.teachFolds : 1;
  const readBy = (unlabelled: number): number => recipe.labelledBatch + (recipe.unlabelled ? unlabelled : 0);
  const layersRead =
    readBy(recipe.taughtBatch) * teacher + readBy(recipe.unlabelledBatch) * recipe.students.flat().length;
  const stepTokens = Math.min(work.meanTokens, recipe.pieceTokens);
  const training = recipe.steps * layersRead * stepTokens * trainedCost;
  return {
    embed: work.tokens * layers,
    teach: teachers * recipe.teachSteps * recipe.teachBatch * stepTokens * teacher * trainedCost,
    spread: recipe.unlabelled ? teachers * work.answeredTokens * teacher : 0,
    train: training,
    calibrate: training * 0.15,
    export: training * 0.03,
  };
}
