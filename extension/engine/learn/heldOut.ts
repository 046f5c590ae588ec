/** What members say of the labelled texts that they did not learn from. */
import type { Scores } from '../assess/metrics';
import type { CohortReader } from './cohortReader';
import { classOf, type Dataset } from './dataset';
import { pickScores } from './vectors';

/** A member's own held-out texts: their classes, and its logits [texts, classes]. */
export interface HeldOutAnswers {
  readonly truth: readonly number[];
  readonly scores: Scores;
}

/** Each member is asked of all windows of the texts that it holds out. @param heldOut by member, teacher first */
export async function heldOutAnswers(
  reader: CohortReader,
  parameters: Float32Array,
  dataset: Dataset,
  heldOut: readonly ReadonlySet<number>[],
  signal: AbortSignal,
): Promise<HeldOutAnswers[]> {
  const held = [...new Set(heldOut.flatMap((texts) => [...texts]))].sort((a, b) => a - b);
  const windows = held.map((text) => dataset.windows[text] ?? []);
  const logits = await reader.logits(parameters, windows, signal);
  return logits.map((scores, m) => {
    const rows = held.flatMap((text, row) => (heldOut[m]?.has(text) ? [row] : []));
    return {
      truth: rows.map((row) => classOf(dataset, held[row] as number)),
      scores: pickScores(scores, rows),
    };
  });
}
