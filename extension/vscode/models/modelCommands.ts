/** What a person does with trained models: use another one, name it, read its card, compare, delete. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { checkModelName } from '../../project/modelChoice';
import type { ModelVersion } from '../../project/modelStore';
import { accuracyOf, dayOf } from '../format';
import { MissingError } from '../report';
import { mayCompute } from '../training/trust';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import type { ModelComparer } from './modelComparer';

/** A model as the tree gives it; the palette and keys give none. */
export interface ModelArgument {
  readonly project: Project;
  readonly version: string;
}

export interface PickedModel {
  readonly project: Project;
  readonly model: ModelVersion;
}

export class ModelCommands {
  /** @param selected the model that the tree's selection is on, for its keys */
  constructor(
    private readonly projects: Projects,
    private readonly comparer: ModelComparer,
    private readonly selected: () => ModelArgument | undefined,
  ) {}

  /** Classifying, suggestions and the status bar take this one from now on, until another is trained. */
  async use(given?: ModelArgument): Promise<void> {
    const picked = await this.pick(vscode.l10n.t('Which model is to be used?'), given);
    if (!picked) return;
    const { project, model } = picked;
    await project.chooseModel(model);
    const name = project.nameOf(model);
    vscode.window.setStatusBarMessage(vscode.l10n.t('“{0}” uses {1}.', project.name, name), 5000);
  }

  async rename(given?: ModelArgument): Promise<void> {
    const picked = await this.pick(vscode.l10n.t('Which model is to be renamed?'), given);
    if (!picked) return;
    const { project, model } = picked;
    const name = project.nameOf(model);
    const renamed = await vscode.window.showInputBox({
      title: vscode.l10n.t('Name of {0}', model.version),
      prompt: vscode.l10n.t('Empty: its number.'),
      value: name === model.version ? '' : name,
      validateInput: checkModelName,
    });
    if (renamed !== undefined) await project.nameModel(model, renamed);
  }

  async openCard(given?: ModelArgument): Promise<void> {
    const picked = await this.pick(vscode.l10n.t('Which model’s card is to be opened?'), given);
    if (!picked) return;
    const card = vscode.Uri.file(join(picked.model.dir, 'README.md'));
    await vscode.commands.executeCommand('markdown.showPreview', card);
  }

  /** @param others further models of the tree's selection */
  async compare(given?: ModelArgument, others: readonly ModelArgument[] = []): Promise<void> {
    mayCompute();
    const one = await this.pick(vscode.l10n.t('Compare which model?'), given);
    if (!one) return;
    const { project, model } = one;
    const selected = others.find(({ version }) => version !== model.version);
    const other = await this.pick(
      vscode.l10n.t('Compare {0} with which model?', project.nameOf(model)),
      selected ?? { project, version: '' },
      model,
    );
    if (!other) return;
    const [older, newer] = [model, other.model].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
    if (older && newer) await this.comparer.compare(project, older, newer);
  }

  async delete(given?: ModelArgument): Promise<void> {
    const picked = await this.pick(vscode.l10n.t('Which model is to be deleted?'), given);
    if (!picked) return;
    const { project, model } = picked;
    const isUsed = model === project.model;
    const question = vscode.l10n.t('Delete {0} of “{1}”?', project.nameOf(model), project.name);
    const detail = isUsed
      ? vscode.l10n.t('It is the model that is used; the newest of the others takes its place.')
      : vscode.l10n.t('Labels and texts stay as they are.');
    if (!(await confirmed(question, detail, vscode.l10n.t('Move to Trash')))) return;
    if (!(await removed(model.dir))) return;
    await project.forgetModel(model);
  }

  /**
   * The model of a tree's row or of its selection, else the one that the person picks.
   *
   * @param except is not among the choices
   * @throws MissingError when there is none
   */
  async pick(
    title: string,
    given = this.selected(),
    except?: ModelVersion,
  ): Promise<PickedModel | undefined> {
    const project = given?.project ?? (await this.projects.required());
    const model = project.models.find(({ version }) => version === given?.version);
    if (model) return { project, model };
    const choices = project.models.filter((candidate) => candidate !== except);
    if (choices.length === 0) throw noModel(project, except);
    const items = choices.map((candidate) => ({
      label: project.nameOf(candidate),
      description: [dayOf(candidate.createdAt), accuracyOf(candidate.result)].filter(Boolean).join('  '),
      model: candidate,
    }));
    const chosen = await vscode.window.showQuickPick(items, { title });
    return chosen && { project, model: chosen.model };
  }
}

function noModel(project: Project, except: ModelVersion | undefined): MissingError {
  const sentence = except
    ? vscode.l10n.t('“{0}” has one model only; train another to compare.', project.name)
    : vscode.l10n.t('“{0}” has no model yet; train one first.', project.name);
  return new MissingError('models/none', sentence, {
    title: vscode.l10n.t('Train'),
    command: 'nanonet.train',
  });
}

/** To the trash where there is one, as on a desktop; else for good, if the person says so. */
async function removed(dir: string): Promise<boolean> {
  try {
    await vscode.workspace.fs.delete(vscode.Uri.file(dir), { recursive: true, useTrash: true });
    return true;
  } catch (error) {
    const question = vscode.l10n.t('The model cannot be moved to the trash. Delete it for good?');
    const reason = error instanceof Error ? error.message : String(error);
    if (!(await confirmed(question, reason, vscode.l10n.t('Delete')))) return false;
    await rm(dir, { recursive: true });
    return true;
  }
}

export async function confirmed(question: string, detail: string, yes: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}
