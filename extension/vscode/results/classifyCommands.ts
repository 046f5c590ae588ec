/** Classify Workspace and Classify Folder: with progress, left at any time, and gone on with the next time. */
import * as vscode from 'vscode';
import { AppError } from '../../protocol/appError';
import type { ClassifyOutcome, ClassifyProgress } from '../../project/classifyTexts';
import { count, remaining } from '../format';
import { signalOf } from '../signals';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import { projectPath } from '../workspace/targets';
import type { Asked, Results } from './results';

export class ClassifyAllCommands {
  constructor(
    private readonly projects: Projects,
    private readonly results: Results,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** All texts of the classifier. @throws MissingError, AppError, CancelledError */
  async workspace(): Promise<void> {
    const project = await this.projects.required();
    await this.classify(project, {}, vscode.l10n.t('Classifying “{0}”', project.name));
  }

  /** Any folder of the workspace; without one the person is asked. @throws as `workspace` */
  async folder(given?: vscode.Uri): Promise<void> {
    const project = await this.projects.required();
    const uri = given ?? (await askedFolder(project));
    if (!uri) return;
    const isRoot = uri.path === project.folder.uri.path;
    const folder = isRoot ? '' : projectPath(project, uri);
    if (folder === undefined) {
      throw new AppError(
        'results/outside',
        vscode.l10n.t(
          '{0} is not in the folder {1}; open it there to classify it.',
          uri.fsPath,
          project.folder.name,
        ),
      );
    }
    await this.classify(project, { folder }, vscode.l10n.t('Classifying {0}', folder || project.folder.name));
  }

  async stop(): Promise<void> {
    this.results.stop(await this.projects.required());
  }

  private async classify(project: Project, asked: Asked, title: string): Promise<void> {
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    const outcome = await vscode.window.withProgress(options, (progress, token) => {
      let told = 0;
      const onProgress = (now: ClassifyProgress): void => {
        const percent = Math.floor(100 * now.fraction);
        progress.report({ message: phraseOf(now), increment: percent - told });
        told = percent;
      };
      return this.results.classify(project, asked, { signal: signalOf(token), onProgress });
    });
    this.tell(project, outcome);
  }

  private tell(project: Project, outcome: ClassifyOutcome): void {
    const { texts, computed, problems, problemCount, tables } = outcome;
    for (const { path, line, reason } of problems) {
      this.log.warn(`${line === undefined ? path : `${path}:${line}`}: ${reason}`);
    }
    const said = [
      vscode.l10n.t('“{0}”: {1} classified, {2} of them anew.', project.name, count(texts), count(computed)),
      ...(problemCount === 0
        ? []
        : [vscode.l10n.t('{0} could not be read; the log says why.', count(problemCount))]),
      ...(tables.length === 0
        ? []
        : [
            vscode.l10n.t(
              'Tables are left out until they are a source, which says where their texts are: {0}.',
              tables.slice(0, 3).join(', ') + (tables.length > 3 ? ', …' : ''),
            ),
          ]),
    ].join(' ');
    const show = vscode.l10n.t('Show Results');
    void vscode.window.showInformationMessage(said, show).then((chosen) => {
      if (chosen === show) void vscode.commands.executeCommand('nanonet.results.focus');
    });
  }
}

/** '1,280 texts · 42 % · 3 min' */
function phraseOf({ computed, fraction, remainingMs }: ClassifyProgress): string {
  return [
    vscode.l10n.t('{0} texts', count(computed)),
    `${Math.floor(100 * fraction)} %`,
    ...(remainingMs === undefined ? [] : [remaining(remainingMs)]),
  ].join(' · ');
}

async function askedFolder(project: Project): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    defaultUri: project.folder.uri,
    openLabel: vscode.l10n.t('Classify'),
    title: vscode.l10n.t('Which folder is to be classified?'),
  });
  return chosen?.[0];
}
