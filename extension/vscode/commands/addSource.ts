/** Adds files of the workspace to the texts of a classifier, with the labels that they already have. */
import * as vscode from 'vscode';
import type { SourceDefinition } from '../../project/classifier';
import { sourceName } from '../format';
import type { Project } from '../workspace/project';
import { signalOf } from '../signals';
import type { Projects } from '../workspace/projects';
import { globOf, pickSource } from './pickSource';
import { unitPhrase } from './pickUnit';

/** @param what a pattern, or a file or folder of the explorer; a person is asked without it */
export async function addSource(projects: Projects, what?: string | vscode.Uri): Promise<void> {
  const project = await projects.required();
  const source =
    typeof what === 'string'
      ? { kind: 'files' as const, glob: what }
      : await pickSource(
          project.folder,
          vscode.l10n.t('Add a source to {0}', project.name),
          what && (await globOf(project.folder, what)),
        );
  if (!source) return;
  const name = sourceName(source);
  const same = project.classifier.sources.find((one) => sourceName(one) === name);
  if (same && !(await isReplaced(project, same, source))) return;
  await project.addSource(source, same);
  await takeLabels(project, source);
}

/** The same files are texts in one way: another way takes the place of the one before, if a person says so. */
async function isReplaced(
  project: Project,
  before: SourceDefinition,
  now: SourceDefinition,
): Promise<boolean> {
  const glob = sourceName(now);
  if (readAs(before) === readAs(now)) {
    const said = vscode.l10n.t('{0} is a source of {1} already: {2}.', glob, project.name, readAs(now));
    void vscode.window.showInformationMessage(said);
    return false;
  }
  const replace = vscode.l10n.t('Replace');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} is a source of {1} already.', glob, project.name),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Now: {0}.\nThen: {1}.\nLabels stay in the journal; those of texts that are no longer there are not learned from.',
        readAs(before),
        readAs(now),
      ),
    },
    replace,
  );
  return answer === replace;
}

/** How a source makes texts of its files. */
function readAs(source: SourceDefinition): string {
  if (source.kind === 'commits') return vscode.l10n.t('each message is a text');
  if (source.kind === 'comments') return vscode.l10n.t('each comment is a text');
  if (source.kind === 'files') return unitPhrase(source.unit ?? 'file');
  const { text, label } = source;
  const columns = [text].flat().join(', ');
  return label === undefined
    ? vscode.l10n.t('a row is a text, from {0}', columns)
    : vscode.l10n.t('a row is a text, from {0}, with labels from {1}', columns, label);
}

/** Takes in the labels that a source says its rows have. */
export async function takeLabels(project: Project, source: SourceDefinition): Promise<void> {
  const { kind } = source;
  if (kind === 'files' || kind === 'comments' || kind === 'commits' || source.label === undefined) return;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Reading the labels of {0}', source.glob),
    cancellable: true,
  };
  const count = await vscode.window.withProgress(options, (_progress, token) =>
    project.takeGivenLabels(source, signalOf(token)),
  );
  void vscode.window.showInformationMessage(
    vscode.l10n.t('{0} labels were taken in from {1}.', count, source.glob),
  );
}
