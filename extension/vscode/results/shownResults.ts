import * as vscode from 'vscode';
import type { StoredPrediction } from '../../project/predictionLine';
import { MissingError } from '../report';
import type { Project } from '../workspace/project';
import { everything, type ResultGroups } from './resultGroups';

/** The results that the tree's filters leave, group by group. @throws MissingError while there are none at all */
export async function shownResults(
  project: Project,
  groups: ResultGroups,
  signal = new AbortController().signal,
): Promise<{ readonly results: readonly StoredPrediction[]; readonly isNarrowed: boolean }> {
  const { all, groups: shown } = await groups.groupsOf(project, signal);
  if (all === 0) throw noResults(project);
  const isNarrowed = JSON.stringify(groups.filter) !== JSON.stringify(everything);
  return { results: [...shown.values()].flat(), isNarrowed };
}

export function noResults({ name }: Project): MissingError {
  return new MissingError(
    'results/none',
    vscode.l10n.t('“{0}” has not classified the workspace yet; do that first.', name),
    { title: vscode.l10n.t('Classify Workspace'), command: 'nanonet.classifyWorkspace' },
  );
}
