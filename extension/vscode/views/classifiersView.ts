/** The tree CLASSIFIERS: each with its labels and models. */
import * as vscode from 'vscode';
import { Disposable } from '../disposable';
import { setContext } from '../contextKeys';
import { accuracyOf, count, progressOf } from '../format';
import type { ModelArgument } from '../models/modelCommands';
import type { ModelVersion } from '../../project/modelStore';
import { factItem, modelFacts, modelItem } from './modelItem';
import { colourOf } from '../marks/palette';
import type { Trainer } from '../training/trainer';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';

type Node =
  | { readonly kind: 'classifier' | 'labels' | 'models'; readonly project: Project }
  | { readonly kind: 'label'; readonly project: Project; readonly name: string; readonly position: number }
  | { readonly kind: 'model'; readonly project: Project; readonly version: string }
  | { readonly kind: 'fact'; readonly project: Project; readonly version: string; readonly at: number };

export class ClassifiersView extends Disposable implements vscode.TreeDataProvider<Node> {
  private readonly changed = this.own(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Node>;

  constructor(
    private readonly projects: Projects,
    private readonly trainer: Trainer,
  ) {
    super();
    this.own(projects.onDidChange(() => this.changed.fire(undefined)));
    this.own(trainer.onDidChange(() => this.changed.fire(undefined)));
    this.view = this.own(
      vscode.window.createTreeView('nanonet.classifiers', { treeDataProvider: this, canSelectMany: true }),
    );
    this.own(
      this.view.onDidChangeSelection(() =>
        setContext('nanonet.modelSelected', this.selectedModel !== undefined),
      ),
    );
  }

  /** The model that the selection is on, for keys: they bring no row with them. */
  get selectedModel(): ModelArgument | undefined {
    const [node] = this.view.selection;
    return node?.kind === 'model' ? node : undefined;
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
      case 'model':
        return modelFacts(modelOf(node)).map((_, at) => ({ ...node, kind: 'fact', at }));
      case 'label':
      case 'fact':
        return [];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const item = this.itemOf(node);
    item.id = [
      node.kind,
      node.project.key,
      'name' in node ? node.name : 'version' in node ? node.version : '',
      'at' in node ? node.at : '',
    ].join(' ');
    return item;
  }

  private itemOf(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'classifier':
        return this.classifier(node.project);
      case 'labels':
        return new vscode.TreeItem(vscode.l10n.t('labels'), vscode.TreeItemCollapsibleState.Expanded);
      case 'models': {
        const item = new vscode.TreeItem(vscode.l10n.t('models'), vscode.TreeItemCollapsibleState.Expanded);
        item.contextValue = 'all models';
        return item;
      }
      case 'label':
        return label(node.project, node.name, node.position);
      case 'model':
        return modelItem(node.project, modelOf(node));
      case 'fact':
        return factItem(modelFacts(modelOf(node))[node.at] ?? { name: '', value: '' });
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

/** One that was deleted meanwhile is no more than its number. */
function modelOf({ project, version }: ModelArgument): ModelVersion {
  const found = project.models.find((candidate) => candidate.version === version);
  return found ?? { version, dir: '', createdAt: new Date(0), labels: [], problem: '' };
}
