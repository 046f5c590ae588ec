/** Makes a classifier: its name, its labels, and where its texts are. */
import * as vscode from 'vscode';
import { checkLabelName, type SourceDefinition } from '../../project/classifier';
import { createClassifier } from '../../project/classifierFile';
import { checkClassifierName } from '../../project/classifierFolder';
import { MissingError } from '../report';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import { takeLabels } from './addSource';
import { pickSource } from './pickSource';

/** What a test or another extension may say; a person is asked for the rest. */
export interface NewClassifierArguments {
  readonly name: string;
  readonly labels: readonly string[];
  readonly glob?: string;
}

/** @returns undefined when the person left. @throws MissingError without a folder, AppError */
export async function newClassifier(
  projects: Projects,
  given?: NewClassifierArguments,
): Promise<Project | undefined> {
  const folder = await folderForNew();
  if (!folder) return undefined;
  const wanted = given ? { ...given, source: filesOf(given.glob) } : await ask(folder, projects);
  if (!wanted) return undefined;
  const { name, labels, source } = wanted;
  await createClassifier(folder.uri.fsPath, { name, labels, sources: source ? [source] : [] });
  await projects.rescan();
  const made = projects.all.find((project) => project.folder === folder && project.name === name);
  if (made) await projects.select(made);
  if (made && source) await takeLabels(made, source);
  return made;
}

function filesOf(glob: string | undefined): SourceDefinition | undefined {
  return glob === undefined ? undefined : { kind: 'files', glob };
}

async function ask(
  folder: vscode.WorkspaceFolder,
  projects: Projects,
): Promise<
  { readonly name: string; readonly labels: readonly string[]; readonly source: SourceDefinition } | undefined
> {
  await projects.ready();
  const taken = projects.all.filter((project) => project.folder === folder).map(({ name }) => name);
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('New Classifier (1 of 3): Name'),
    prompt: vscode.l10n.t('What it decides: “topic”, “urgency”, “language” …'),
    value: taken.length === 0 ? 'topic' : '',
    validateInput: (value) =>
      taken.includes(value)
        ? vscode.l10n.t('There is a classifier “{0}” already.', value)
        : checkClassifierName(value),
  });
  if (name === undefined) return undefined;
  const list = await vscode.window.showInputBox({
    title: vscode.l10n.t('New Classifier (2 of 3): Labels'),
    prompt: vscode.l10n.t('At least two, with commas between them; more can be added later.'),
    placeHolder: vscode.l10n.t('bug, feature, question'),
    validateInput: complaintAbout,
  });
  if (list === undefined) return undefined;
  const source = await pickSource(folder, vscode.l10n.t('New Classifier (3 of 3): Texts'));
  return source && { name, labels: namesIn(list), source };
}

function namesIn(list: string): string[] {
  return list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function complaintAbout(list: string): string | undefined {
  const names = namesIn(list);
  if (names.length < 2) return vscode.l10n.t('Name at least two labels, with a comma between them.');
  return names.map((name, at) => checkLabelName(name, names.slice(0, at))).find((said) => said !== undefined);
}

async function folderForNew(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  if (folders.length === 0) {
    throw new MissingError(
      'workspace/no-folder',
      vscode.l10n.t('Open a folder with texts first; a classifier is kept in it.'),
      { title: vscode.l10n.t('Open Folder'), command: 'workbench.action.files.openFolder' },
    );
  }
  return folders.length === 1 ? folders[0] : vscode.window.showWorkspaceFolderPick();
}
