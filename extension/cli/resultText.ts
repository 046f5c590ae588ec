import type { TrainResult } from '../protocol/snapshot';
import { count, duration, megabytes, percent, table } from './figures';

/** The result table of a run, for a person. */
export function resultText(result: TrainResult): string {
  const rows = result.rows.map(({ name, accuracy, macroF1 }) => [name, percent(accuracy), percent(macroF1)]);
  const { labelled, unlabelled, leftOut = 0 } = result.counts;
  const sampled = leftOut > 0 ? `, drawn by chance of ${unlabelled + leftOut}` : '';
  return [
    `Trained in ${duration(result.durationMs)} on ${labelled} labelled and ${count(unlabelled, 'unlabelled text')}${sampled}.`,
    '',
    ...(rows.length === 0
      ? ['No label could be held out to measure on: label a few more texts.']
      : [table([['', 'accuracy', 'macro F1'], ...rows]), `Measured on ${result.measuredOn}.`]),
    '',
    `${result.modelDir}: ${megabytes(result.sizeBytes)}, ${Math.round(result.docsPerSecond)} texts a second, ` +
      `labels ${result.labels.join(', ')}`,
  ].join('\n');
}
