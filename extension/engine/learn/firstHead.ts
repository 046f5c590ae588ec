/** What the teacher begins as: logistic regression on the base model's vectors. */
import { oneHotRows } from '../assess/metrics';
import type { Member } from '../peft/member';
import { classOf } from './dataset';
import { embedWindows } from './embedding';
import { regressionOn } from './firstLabels';
import { LogisticRegression } from './logisticRegression';
import type { ParameterLayout } from './parameterLayout';
import { Random } from './random';
import type { Prepared } from './trainingRun';

/** Inverse strength of the penalty, for texts of one window. */
const c = 3;
/** Windows that are enough to fit it to. */
const mostWindows = 1024;

/**
 * Logistic regression on windows of these labelled texts: what a member reads, while `Prepared.regression` is of whole
 * texts, whose mean vectors lie elsewhere. One of n windows says less than its text, so that weights must be larger for the
 * mean of their answers to be as sure: the penalty is n times weaker.
 */
export async function regressionOnWindows(
  { encoder, tokenizer, dataset, recipe, device, vectors }: Prepared,
  texts: readonly number[],
  signal: AbortSignal,
): Promise<LogisticRegression> {
  const all = texts.flatMap((text) =>
    (dataset.windows[text] ?? [])
      .slice(0, recipe.answeredWindows)
      .map((window) => ({ window, class: classOf(dataset, text) })),
  );
  if (all.length === texts.length) return regressionOn(dataset, vectors, texts, c);
  const chosen = Random.of(recipe.seed, 'first head').shuffle(all).slice(0, mostWindows);
  const ofWindows = await embedWindows(
    encoder,
    chosen.map(({ window }) => [window]),
    { padId: tokenizer.padId, device, eightBit: recipe.eightBit },
    signal,
  );
  const labels = oneHotRows(
    chosen.map((window) => window.class),
    dataset.labels.length,
  );
  return LogisticRegression.fit(ofWindows, labels, { c: (c * all.length) / texts.length });
}

/**
 * Gives a member of all layers, in place, the head of logistic regression on the base model's vectors, at half its
 * size: fine-tuning from a probed head distorts the features less than from an empty one (Kumar et al. 2022, LP-FT),
 * and one that is not sure yet still learns where the base model's space is wrong.
 */
export function beginAsRegression(
  { layer: { weight, bias }, size }: LogisticRegression,
  { id }: Member,
  layout: ParameterLayout,
  initial: Float32Array,
): void {
  // Vectors have length 1; what the head reads is normalised to a variance of 1.
  const scale = 0.5 / Math.sqrt(size);
  layout.read(initial, `${id}/head.weight`).set(weight.map((w) => w * scale));
  layout.read(initial, `${id}/head.bias`).set(bias.map((b) => b / 2));
}
