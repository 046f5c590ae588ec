/** The tree TEXTS of the current classifier: without a label, labelled, sources. */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import { Disposable } from '../disposable';
import type { TextFilter } from '../../protocol/labelPanelApi';
import { count, sourceName } from '../format';
import { colourOf } from '../marks/palette';
import type { Reporter } from '../report';
import { Debounced } from '../signals';
import { setContext } from '../contextKeys';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import type { IndexedText } from '../workspace/textIndex';

type Node =
  | {
      readonly kind: 'unlabelled' | 'labelled' | 'sources';
      readonly project: Project;
      readonly texts: readonly IndexedText[];
    }
  | {
      readonly kind: 'label';
      readonly project: Project;
      readonly label: string;
      readonly texts: readonly IndexedText[];
    }
  | { readonly kind: 'text'; readonly project: Project; readonly text: IndexedText }
  | { readonly kind: 'more'; readonly of: string; readonly left: number }
  | { readonly kind: 'source'; readonly name: string };

/** A group of the tree whose texts the label panel can show. */
export interface LabelGroup {
  readonly kind: 'unlabelled' | 'labelled' | 'label';
  readonly label?: string;
}

/** What the label panel is asked for by "label these". */
export function filterOf({ kind, label }: LabelGroup): TextFilter {
  return kind === 'unlabelled'
    ? { show: 'open' }
    : { show: 'labelled', ...(label !== undefined && { label }) };
}

/** Of a long list this many are shown at first, and so many more at each click. */
const page = 200;
/** A person who labels quickly is not kept waiting by a tree of all texts. */
const settleMs = 200;

export class TextsView extends Disposable implements vscode.TreeDataProvider<Node> {
  private readonly changed = this.own(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.changed.event;
  private readonly settled = this.own(new Debounced(() => this.changed.fire(undefined), settleMs));
  /** By group: how many texts are shown. */
  private readonly shown = new Map<string, number>();

  constructor(
    private readonly projects: Projects,
    private readonly reporter: Reporter,
  ) {
    super();
    this.own(projects.onDidChange(() => this.settled.ask()));
    this.own(vscode.window.createTreeView('nanonet.texts', { treeDataProvider: this }));
  }

  showMore(group: string): void {
    this.shown.set(group, (this.shown.get(group) ?? page) + page);
    this.changed.fire(undefined);
  }

  refresh(): void {
    this.projects.selected?.texts.refresh();
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) return this.groups();
    switch (node.kind) {
      case 'unlabelled':
      case 'label':
        return this.paged(node.project, groupOf(node), node.texts);
      case 'labelled':
        return byLabel(node.project, node.texts);
      case 'sources':
        return node.project.classifier.sources.map((source) => ({
          kind: 'source',
          name: sourceName(source),
        }));
      case 'text':
      case 'more':
      case 'source':
        return [];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'unlabelled':
        return group(vscode.l10n.t('unlabelled'), node, node.texts.length);
      case 'labelled':
        return group(vscode.l10n.t('labelled'), node, node.texts.length);
      case 'sources':
        return group(vscode.l10n.t('sources'), node, node.project.classifier.sources.length);
      case 'label':
        return labelItem(node.project, node.label, group(node.label, node, node.texts.length));
      case 'text':
        return textItem(node.project, node.text);
      case 'more':
        return moreItem(node.of, node.left);
      case 'source':
        return sourceItem(node.name);
    }
  }

  private async groups(): Promise<Node[]> {
    await this.projects.ready();
    const project = this.projects.selected;
    if (!project) return [];
    const texts = (await this.reporter.run('Reading the texts', () => project.texts.read())) as
      readonly IndexedText[] | undefined;
    setContext('nanonet.hasTexts', (texts?.length ?? 0) > 0);
    if (!texts || texts.length === 0) return [];
    const labelled = texts.filter(({ label }) => label !== undefined);
    const unlabelled = texts.filter(({ label }) => label === undefined);
    return [
      { kind: 'unlabelled', project, texts: unlabelled },
      { kind: 'labelled', project, texts: labelled },
      { kind: 'sources', project, texts: [] },
    ];
  }

  private paged(project: Project, of: string, texts: readonly IndexedText[]): Node[] {
    const shown = this.shown.get(of) ?? page;
    const nodes: Node[] = texts.slice(0, shown).map((text) => ({ kind: 'text', project, text }));
    const left = texts.length - nodes.length;
    return left > 0 ? [...nodes, { kind: 'more', of, left }] : nodes;
  }
}

function byLabel(project: Project, texts: readonly IndexedText[]): Node[] {
  const names = new Set([
    ...project.classifier.labels.map(({ name }) => name),
    ...texts.flatMap(({ label }) => (label === undefined ? [] : [label])),
  ]);
  return [...names].map((label) => ({
    kind: 'label',
    project,
    label,
    texts: texts.filter((text) => text.label === label),
  }));
}

function groupOf(node: Node & { readonly project: Project }): string {
  return [node.project.key, node.kind, node.kind === 'label' ? node.label : ''].join(' ');
}

function group(title: string, node: Node & { readonly project: Project }, size: number): vscode.TreeItem {
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(title, size > 0 ? Collapsed : None);
  item.id = groupOf(node);
  item.description = count(size);
  item.contextValue = `group ${node.kind}`;
  return item;
}

function labelItem(project: Project, label: string, item: vscode.TreeItem): vscode.TreeItem {
  const position = project.classifier.labels.findIndex(({ name }) => name === label);
  item.iconPath = new vscode.ThemeIcon('circle-filled', colourOf(project.labelNamed(label), position).icon);
  return item;
}

function textItem(project: Project, text: IndexedText): vscode.TreeItem {
  const { path, part, range, id, label } = text;
  const item = new vscode.TreeItem(part ?? posix.basename(path));
  item.id = `${project.key} ${label ?? ''} ${id}`;
  item.description = range
    ? vscode.l10n.t('passage · {0}', posix.dirname(path))
    : part === undefined
      ? posix.dirname(path).replace(/^\.$/, '')
      : path;
  item.iconPath = new vscode.ThemeIcon(range ? 'quote' : 'file');
  item.contextValue = label === undefined ? 'text unlabelled' : 'text labelled';
  item.tooltip = path;
  item.command = {
    title: vscode.l10n.t('Open'),
    command: 'nanonet.openText',
    arguments: [{ project, text }],
  };
  return item;
}

function moreItem(of: string, left: number): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('{0} more…', count(left)));
  item.command = { title: '', command: 'nanonet.showMoreTexts', arguments: [of] };
  return item;
}

function sourceItem(name: string): vscode.TreeItem {
  const item = new vscode.TreeItem(name);
  item.iconPath = new vscode.ThemeIcon('files');
  item.contextValue = 'source';
  return item;
}
