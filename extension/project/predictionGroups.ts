/** Predictions as people look at them: by answer, the surest first. */
import { Breaths } from './breaths';
import { noneOfThese } from '../protocol/engineApi';
import { answerOf, unsure } from './modelComparison';
import type { StoredPrediction } from './predictionLine';

/** Which predictions are looked at; all without a field. */
export interface PredictionFilter {
  /** Lowest score, 0 to 1. */
  readonly leastScore?: number;
  /** Words that are all in the text's beginning or in its place. */
  readonly words?: string;
  /** Only those for which it is true. */
  readonly where?: (prediction: StoredPrediction) => boolean;
}

/**
 * By answer: labels in their order, others that a model gave, then '(unsure)' and 'none of these'; groups without a prediction are
 * left out. In a group the highest score comes first.
 *
 * @param labels in the order in which people see them
 * @throws CancelledError
 */
export async function groupPredictions(
  predictions: Iterable<StoredPrediction>,
  labels: readonly string[],
  filter: PredictionFilter = {},
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, readonly StoredPrediction[]>> {
  const breaths = new Breaths(signal);
  const isWanted = matcherOf(filter);
  const found = new Map<string, StoredPrediction[]>();
  for (const prediction of predictions) {
    await breaths.breathe();
    if (!isWanted(prediction)) continue;
    const answer = answerOf(prediction);
    const group = found.get(answer);
    if (group) group.push(prediction);
    else found.set(answer, [prediction]);
  }
  const last = [unsure, noneOfThese];
  const others = [...found.keys()].filter((answer) => !labels.includes(answer) && !last.includes(answer));
  const groups = new Map<string, readonly StoredPrediction[]>();
  for (const answer of [...labels, ...others.sort(), ...last]) {
    const group = found.get(answer);
    if (group) groups.set(answer, await surestFirst(group, breaths));
  }
  return groups;
}

/** How many steps of scores are sorted apart: none is large enough to keep the editor waiting. */
const steps = 1000;

async function surestFirst(
  predictions: readonly StoredPrediction[],
  breaths: Breaths,
): Promise<StoredPrediction[]> {
  const byStep: StoredPrediction[][] = Array.from({ length: steps + 1 }, () => []);
  for (const prediction of predictions) byStep[Math.floor(prediction.score * steps)]?.push(prediction);
  const sorted: StoredPrediction[] = [];
  for (const step of byStep.reverse()) {
    step.sort((a, b) => b.score - a.score);
    for (const prediction of step) sorted.push(prediction);
    await breaths.breathe();
  }
  return sorted;
}

function matcherOf({
  leastScore = 0,
  words = '',
  where,
}: PredictionFilter): (one: StoredPrediction) => boolean {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return (prediction) => {
    if (prediction.score < leastScore || (where && !where(prediction))) return false;
    if (wanted.length === 0) return true;
    const { path, part = '', excerpt } = prediction;
    const text = `${path} ${part} ${excerpt}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
}
