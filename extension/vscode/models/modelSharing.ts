/** Models handed on: one file out of a model, and a model out of such a file. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { archiveEnding } from '../../project/archiveContents';
import { checkModelName } from '../../project/modelChoice';
import { tryModel } from '../../project/modelTrial';
import { CancelledError } from '../../protocol/appError';
import { noneOfThese } from '../../protocol/engineApi';
import type { EngineHost } from '../engineHost';
import { megabytes } from '../format';
import { signalOf } from '../signals';
import { mayCompute } from '../training/trust';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import { confirmed, type ModelArgument, type ModelCommands } from './modelCommands';

export class ModelSharing {
  constructor(
    private readonly projects: Projects,
    private readonly engine: EngineHost,
    private readonly models: ModelCommands,
  ) {}

  async export(given?: ModelArgument): Promise<void> {
    const picked = await this.models.pick(vscode.l10n.t('Which model is to be exported?'), given);
    if (!picked) return;
    const { project, model } = picked;
    const name = `${project.name}-${model.version}${archiveEnding}`;
    const chosen = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export {0} of “{1}”', project.nameOf(model), project.name),
      defaultUri: vscode.Uri.joinPath(project.folder.uri, name),
      filters: filters(),
    });
    if (!chosen) return;
    const title = vscode.l10n.t('Exporting {0}', project.nameOf(model));
    const { packModel } = await import('../../project/modelArchive');
    // The dialog has asked whether a file may be replaced.
    const { bytes, sha256 } = await withProgress(title, (signal) =>
      packModel(model.dir, chosen.fsPath, { replace: true, signal }),
    );
    const copy = vscode.l10n.t('Copy SHA-256');
    const said = vscode.l10n.t(
      'Exported to {0} ({1}). No text of yours is in it.',
      basename(chosen.fsPath),
      megabytes(bytes),
    );
    void vscode.window.showInformationMessage(said, copy).then((answer) => {
      if (answer === copy) void vscode.env.clipboard.writeText(sha256);
    });
  }

  async import(given?: Project): Promise<void> {
    mayCompute();
    const project = given ?? (await this.projects.required());
    const [chosen] =
      (await vscode.window.showOpenDialog({
        title: vscode.l10n.t('Import a model into “{0}”', project.name),
        openLabel: vscode.l10n.t('Import'),
        defaultUri: project.folder.uri,
        filters: filters(),
      })) ?? [];
    if (!chosen) return;
    const title = vscode.l10n.t('Importing {0}', basename(chosen.fsPath));
    const { importVersion } = await import('../../project/modelImport');
    const { version, labels } = await withProgress(title, (signal) =>
      importVersion(chosen.fsPath, project.root, project.name, {
        signal,
        check: (dir, found) => this.check(project, dir, found, signal),
      }),
    );
    await project.reload();
    await nameAfter(project, version, basename(chosen.fsPath, archiveEnding));
    const model = project.models.find((one) => one.version === version);
    const name = model ? project.nameOf(model) : version;
    void vscode.window.showInformationMessage(
      vscode.l10n.t('“{0}” uses “{1}” now. Its labels: {2}.', project.name, name, labels.join(', ')),
    );
  }

  /** A person decides about labels that the classifier does not have; then the model reads a text with either file. */
  private async check(
    project: Project,
    dir: string,
    labels: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const known = new Set([noneOfThese, ...project.classifier.labels.map(({ name }) => name)]);
    const others = labels.filter((label) => !known.has(label));
    if (others.length > 0) {
      const question = vscode.l10n.t(
        'The model has labels that “{0}” does not have. Import it?',
        project.name,
      );
      if (!(await confirmed(question, others.join(', '), vscode.l10n.t('Import'))))
        throw new CancelledError();
    }
    await tryModel(await this.engine.client(), dir, signal);
  }
}

/** What the file is called says more than a number; one that says no more is left out. */
async function nameAfter(project: Project, version: string, name: string): Promise<void> {
  const model = project.models.find((one) => one.version === version);
  if (!model || checkModelName(name) !== undefined || name.endsWith(version)) return;
  await project.nameModel(model, name);
}

function filters(): Record<string, string[]> {
  return { [vscode.l10n.t('NanoNet models')]: ['zip'] };
}

function withProgress<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return Promise.resolve(vscode.window.withProgress(options, (_, token) => work(signalOf(token))));
}
