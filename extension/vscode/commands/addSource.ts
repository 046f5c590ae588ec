/** Adds files of the workspace to the texts of a classifier, with the labels that they already have. */
import * as vscode from 'vscode';
import type { SourceDefinition } from '../../project/classifier';
import type { Project } from '../workspace/project';
import { signalOf } from '../signals';
import type { Projects } from '../workspace/projects';
import { globOf, pickSource } from './pickSource';

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
  await project.addSource(source);
  await takeLabels(project, source);
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
