/** Labels that the rows of a table already have. */
import { AppError } from '../protocol/appError';
import { streamSource } from '../sources/sources';
import { Breaths } from './breaths';
import { checkLabelName, type SourceDefinition } from './classifier';
import { hashOf } from './labelEntry';
import type { Saying } from './labelJournal';
import type { LabelState } from './labelState';

/** More labels than this are no labels: somebody has chosen a column of names or numbers. */
export const mostGivenLabels = 200;

export interface GivenLabels {
  /** In the order of the rows; nothing about texts that are decided already. */
  readonly sayings: readonly Saying[];
  /** Names of all labels, in the order in which they first come. */
  readonly labels: readonly string[];
}

/**
 * Reads the labels that a source's rows have.
 *
 * @param root the workspace folder
 * @throws AppError('sources/no-labels') when its label column holds no labels, AppError('sources/...'), CancelledError
 */
export async function givenLabels(
  root: string,
  source: SourceDefinition,
  state: LabelState,
  signal?: AbortSignal,
): Promise<GivenLabels> {
  const labels = new Set<string>();
  const sayings: Saying[] = [];
  const breaths = new Breaths(signal);
  for await (const item of streamSource(root, source, signal)) {
    await breaths.breathe();
    if (!('text' in item) || item.label === undefined) continue;
    const { path, part, text, label } = item;
    labels.add(label);
    if (labels.size > mostGivenLabels || checkLabelName(label) !== undefined) {
      throw new AppError(
        'sources/no-labels',
        labels.size > mostGivenLabels
          ? `The column has more than ${mostGivenLabels} different labels; choose another column.`
          : `${path}, ${part ?? ''}: ${checkLabelName(label) ?? ''} Choose another column.`,
      );
    }
    const place = { path, ...(part !== undefined && { part }) };
    if (state.decisionOn({ ...place, hash: hashOf(text) }) !== undefined) continue;
    sayings.push({ target: { ...place, text }, said: { op: 'label', label } });
  }
  return { sayings, labels: [...labels] };
}
