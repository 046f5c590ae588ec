/**
 * Sort Files by Label: files that are texts go, or are copied, into a folder for each label. What would happen is looked at before in the
 * editor's preview, where the answers that the model is unsure of are not ticked, and is undone as any refactoring.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { AppError, CancelledError } from '../../protocol/appError';
import { planSort, type LabelledFile, type SortPlan } from '../../project/labelFolders';
import { textNow } from '../../project/textNow';
import { findFiles } from '../../sources/files';
import { globOfPath, staysInside } from '../../sources/globs';
import { count } from '../format';
import { signalOf } from '../signals';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import type { ResultGroups } from './resultGroups';
import { shownResults } from './shownResults';

/** A copy's content is part of the edit: so much fits into memory, in bytes. */
const mostCopied = 256 * 1024 * 1024;

/** What a person is asked otherwise. */
export interface SortArguments {
  readonly how?: 'move' | 'copy';
  /** Relative to the workspace folder. */
  readonly target?: string;
}

export class SortFiles {
  constructor(
    private readonly projects: Projects,
    private readonly groups: ResultGroups,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** @throws MissingError without results, AppError('sort/nothing'), AppError('sort/too-large') */
  async sort(given: SortArguments = {}): Promise<void> {
    const project = await this.projects.required();
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Looking at the files'),
      cancellable: true,
    };
    const { files, changed } = await vscode.window.withProgress(options, (_progress, token) =>
      this.sortable(project, signalOf(token)),
    );
    if (files.length === 0) {
      throw new AppError(
        'sort/nothing',
        vscode.l10n.t('There is no file to sort: a file is, that is one text and has a label.'),
      );
    }
    const how = given.how ?? (await askedHow(files.length));
    const target = how && (given.target ?? (await askedTarget(project)));
    if (how === undefined || target === undefined) return;
    const labels = project.classifier.labels.map(({ name }) => name);
    const isThere = (path: string): Promise<boolean> =>
      stat(join(project.root, path)).then(
        () => true,
        () => false,
      );
    const plan = await planSort(files, target, labels, isThere);
    this.tellStaying(plan, changed);
    if (plan.moves.length === 0) return;
    const edit = how === 'move' ? moving(project, plan) : await copying(project, plan);
    // Resolves when the person has looked through it, and applied or left it.
    if (!(await vscode.workspace.applyEdit(edit, { isRefactoring: true }))) return;
    const arrived: SortPlan['moves'][number][] = [];
    for (const move of plan.moves) if (await isThere(move.to)) arrived.push(move);
    if (arrived.length > 0) await this.tellArrived(project, how, target, arrived);
  }

  /** Files that are one text, with what a person said of it, else what the model is sure of. */
  private async sortable(
    project: Project,
    signal: AbortSignal,
  ): Promise<{ files: LabelledFile[]; changed: string[] }> {
    const { results } = await shownResults(project, this.groups, signal);
    const inParts = new Set(results.filter(({ part }) => part !== undefined).map(({ path }) => path));
    const files: LabelledFile[] = [];
    const changed: string[] = [];
    for (const result of results) {
      CancelledError.throwIf(signal);
      const { path, part, label, score, abstained, none } = result;
      const said = project.journal.state.decisionOn(result);
      const given = said === 'label' ? project.journal.state.labelOf(result) : undefined;
      if (part !== undefined || inParts.has(path) || said === 'none') continue;
      if (given === undefined && none) continue;
      const now = await textNow(project.root, project.classifier.sources, result, signal);
      if (now === undefined) changed.push(path);
      else if (given !== undefined) files.push({ path, label: given, score: 1 });
      else files.push({ path, label, score, ...(abstained && { unsure: true }) });
    }
    const doubt = ({ score, unsure }: LabelledFile): number => (unsure ? 1 : 0) + 1 - score;
    return { files: files.sort((a, b) => doubt(a) - doubt(b)), changed };
  }

  private tellStaying({ collisions }: SortPlan, changed: readonly string[]): void {
    for (const { path, to } of collisions) this.log.warn(`${path} stays: ${to} is taken`);
    for (const path of changed) this.log.warn(`${path} stays: it has changed since it was classified`);
    const said = [
      ...(collisions.length === 0
        ? []
        : [
            vscode.l10n.t(
              '{0} stay because a file of their name is there, or two have the same: {1}.',
              count(collisions.length),
              collisions.slice(0, 3).map(({ path }) => path).join(', ') + (collisions.length > 3 ? ', …' : ''), // prettier-ignore
            ),
          ]),
      ...(changed.length === 0
        ? []
        : [vscode.l10n.t('{0} have changed since they were classified, and stay.', count(changed.length))]),
    ].join(' ');
    if (said === '') return;
    const show = vscode.l10n.t('Show Log');
    void vscode.window.showWarningMessage(said, show).then((chosen) => {
      if (chosen === show) this.log.show();
    });
  }

  /** Offers the way back; and where files moved to a place that no source reaches, to make it one: the next training would miss them. */
  private async tellArrived(
    project: Project,
    how: 'move' | 'copy',
    target: string,
    arrived: SortPlan['moves'],
  ): Promise<void> {
    const outside = how === 'move' && !(await reached(project, arrived));
    const said = vscode.l10n.t('{0} files are in {1} now.', count(arrived.length), target);
    const warning = vscode.l10n.t(
      'They are no texts of “{0}” any more, as none of its sources reaches there.',
      project.name,
    );
    const [add, undo] = [vscode.l10n.t('Add as a Source'), vscode.l10n.t('Undo')];
    const chosen = outside
      ? vscode.window.showWarningMessage(`${said} ${warning}`, add, undo)
      : vscode.window.showInformationMessage(said, undo);
    void chosen.then(async (choice) => {
      if (choice === add) await project.addSource({ kind: 'files', glob: `${globOfPath(target)}/**/*` });
      if (choice === undo) await vscode.workspace.applyEdit(undoing(project, how, arrived));
    });
  }
}

/** Whether files are still found by the classifier's sources. */
async function reached(project: Project, arrived: SortPlan['moves']): Promise<boolean> {
  const found = new Set<string>();
  for (const source of project.classifier.sources) {
    if (source.kind === 'commits') continue;
    for (const path of await findFiles(project.root, source)) found.add(path);
  }
  return arrived.every(({ to }) => found.has(to));
}

function undoing(project: Project, how: 'move' | 'copy', arrived: SortPlan['moves']): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { path, to } of arrived) {
    if (how === 'move') edit.renameFile(uriOf(project, to), uriOf(project, path), { overwrite: false });
    else edit.deleteFile(uriOf(project, to), { ignoreIfNotExists: true });
  }
  return edit;
}

/**
 * What needs a confirmation is not ticked in the preview, and opens it. Where the model is sure of all, the one that it is least sure of has to
 * be looked at.
 */
function metadataOf(file: LabelledFile, { moves }: SortPlan): vscode.WorkspaceEditEntryMetadata {
  const { label, score, unsure } = file;
  return {
    needsConfirmation: unsure === true || file === moves.at(-1),
    label: unsure ? vscode.l10n.t('unsure: {0}', label) : label,
    description: score.toFixed(2),
    iconPath: new vscode.ThemeIcon('tag'),
  };
}

function uriOf({ root }: Project, path: string): vscode.Uri {
  return vscode.Uri.file(join(root, path));
}

function moving(project: Project, plan: SortPlan): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const file of plan.moves) {
    const [from, to] = [uriOf(project, file.path), uriOf(project, file.to)];
    edit.renameFile(from, to, { overwrite: false }, metadataOf(file, plan));
  }
  return edit;
}

/** @throws AppError('sort/too-large') */
async function copying(project: Project, plan: SortPlan): Promise<vscode.WorkspaceEdit> {
  const edit = new vscode.WorkspaceEdit();
  let bytes = 0;
  for (const file of plan.moves) {
    const [from, to] = [uriOf(project, file.path), uriOf(project, file.to)];
    const { size } = await vscode.workspace.fs.stat(from);
    bytes += size;
    if (bytes > mostCopied) {
      throw new AppError(
        'sort/too-large',
        vscode.l10n.t('These files are too large to be copied in one step; narrow the results down first.'),
      );
    }
    const contents = await vscode.workspace.fs.readFile(from);
    edit.createFile(to, { contents, overwrite: false }, metadataOf(file, plan));
  }
  return edit;
}

async function askedHow(files: number): Promise<'move' | 'copy' | undefined> {
  const items = [
    { label: vscode.l10n.t('Move them'), how: 'move' as const },
    { label: vscode.l10n.t('Copy them'), how: 'copy' as const },
  ];
  const title = vscode.l10n.t('Sort {0} files into a folder for each label', count(files));
  return (await vscode.window.showQuickPick(items, { title }))?.how;
}

async function askedTarget({ folder }: Project): Promise<string | undefined> {
  const target = await vscode.window.showInputBox({
    title: vscode.l10n.t('Where to'),
    prompt: vscode.l10n.t('A folder in {0}, which gets a folder for each label.', folder.name),
    value: 'sorted',
    validateInput: (value) =>
      isTarget(value) ? undefined : vscode.l10n.t('Name a folder that is in {0}, as “sorted”.', folder.name),
  });
  return target?.trim().replace(/\/+$/, '');
}

function isTarget(value: string): boolean {
  const path = value.trim();
  return staysInside(path) && !/^\.(nanonet|git)(\/|$)/i.test(path) && !/[\\\p{Cc}<>:"|?*]/u.test(path);
}
