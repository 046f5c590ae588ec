/** The tree CLASSIFIERS: each with its labels and models. */
import * as vscode from 'vscode';
import { Disposable } from '../disposable';
import { accuracyOf, count, dayOf, megabytes, progressOf } from '../format';
import { colourOf } from '../marks/palette';
import type { Trainer } from '../training/trainer';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';

type Node =
  | { readonly kind: 'classifier' | 'labels' | 'models'; readonly project: Project }
  | { readonly kind: 'label'; readonly project: Project; readonly name: string; readonly position: number }
  | { readonly kind: 'model'; readonly project: Project; readonly version: string };

export class ClassifiersView extends Disposable implements vscode.TreeDataProvider<Node> {
  private readonly changed = this.own(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly projects: Projects,
    private readonly trainer: Trainer,
  ) {
    super();
    this.own(projects.onDidChange(() => this.changed.fire(undefined)));
    this.own(trainer.onDidChange(() => this.changed.fire(undefined)));
    this.own(vscode.window.createTreeView('nanonet.classifiers', { treeDataProvider: this }));
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) {
      await this.projects.ready();
      return this.projects.all.map((project) => ({ kind: 'classifier', project }));
    }
    const { project } = node;
    switch (node.kind) {
      case 'classifier': {
        const models: Node[] = project.models.length > 0 ? [{ kind: 'models', project }] : [];
        return [{ kind: 'labels', project }, ...models];
      }
      case 'labels':
        return project.classifier.labels.map(({ name }, position) => ({
          kind: 'label',
          project,
          name,
          position,
        }));
      case 'models':
        return project.models.map(({ version }) => ({ kind: 'model', project, version }));
      case 'label':
      case 'model':
        return [];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const item = this.itemOf(node);
    item.id = [
      node.kind,
      node.project.key,
      'name' in node ? node.name : 'version' in node ? node.version : '',
    ].join(' ');
    return item;
  }

  private itemOf(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'classifier':
        return this.classifier(node.project);
      case 'labels':
        return new vscode.TreeItem(vscode.l10n.t('labels'), vscode.TreeItemCollapsibleState.Expanded);
      case 'models':
        return new vscode.TreeItem(vscode.l10n.t('models'), vscode.TreeItemCollapsibleState.Expanded);
      case 'label':
        return label(node.project, node.name, node.position);
      case 'model':
        return model(node.project, node.version);
    }
  }

  private classifier(project: Project): vscode.TreeItem {
    const selected = project === this.projects.selected;
    const snapshot = this.trainer.isUnderWay(project) ? this.trainer.snapshotOf(project) : undefined;
    const isRunning = snapshot?.state === 'running';
    const item = new vscode.TreeItem(
      project.name,
      selected ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
    );
    const accuracy = snapshot ? progressOf(snapshot) : accuracyOf(project.model?.result);
    const labels = vscode.l10n.t('{0} labelled', count(project.labelCount));
    item.description = [accuracy, labels].filter((part) => part !== undefined).join(' · ');
    item.iconPath = new vscode.ThemeIcon(
      isRunning ? 'sync~spin' : snapshot ? 'debug-pause' : selected ? 'layers-active' : 'layers',
    );
    item.contextValue = selected ? 'classifier selected' : 'classifier';
    item.tooltip = selected
      ? vscode.l10n.t('{0}: labelling, training and classifying use this one', project.name)
      : project.name;
    if (!selected) {
      item.command = { title: '', command: 'nanonet.useClassifier', arguments: [{ project }] };
    }
    return item;
  }
}

function label(project: Project, name: string, position: number): vscode.TreeItem {
  const definition = project.labelNamed(name);
  const item = new vscode.TreeItem(name);
  const key = definition.key === undefined ? '' : `  [${definition.key}]`;
  item.description = `${count(project.labelCounts().get(name) ?? 0)}${key}`;
  item.iconPath = new vscode.ThemeIcon('circle-filled', colourOf(definition, position).icon);
  item.contextValue = 'label';
  if (definition.description !== undefined) item.tooltip = definition.description;
  return item;
}

function model(project: Project, version: string): vscode.TreeItem {
  const found = project.models.find((candidate) => candidate.version === version);
  const item = new vscode.TreeItem(version);
  item.contextValue = 'model';
  if (!found) return item;
  const { createdAt, result, problem, dir } = found;
  const used = found === project.model ? '✓' : undefined;
  const size = result && megabytes(result.sizeBytes);
  const parts = [dayOf(createdAt), accuracyOf(result), size, used];
  item.description = parts.filter((part) => part !== undefined).join('  ');
  item.iconPath = new vscode.ThemeIcon(problem === undefined ? 'package' : 'warning');
  item.tooltip = problem ?? dir;
  return item;
}
