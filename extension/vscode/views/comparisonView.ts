/** The tree COMPARISON: which texts the later of two models calls something else, by what both say. */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { Change } from '../../project/modelComparison';
import { setContext } from '../contextKeys';
import { Disposable } from '../disposable';
import { count } from '../format';
import { colourOf } from '../marks/palette';
import type { ComparedText, ModelComparer, ShownComparison } from '../models/modelComparer';

type Node =
  | { readonly kind: 'change'; readonly of: ShownComparison; readonly change: Change }
  | { readonly kind: 'text'; readonly of: ShownComparison; readonly text: ComparedText }
  | { readonly kind: 'rest'; readonly left: number };

/** More texts of one change are counted, not listed. */
const listed = 500;

export class ComparisonView extends Disposable implements vscode.TreeDataProvider<Node> {
  private readonly changed = this.own(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Node>;

  constructor(private readonly comparer: ModelComparer) {
    super();
    this.view = this.own(vscode.window.createTreeView('nanonet.comparison', { treeDataProvider: this }));
    this.own(comparer.onDidChange(() => void this.draw()));
  }

  getChildren(node?: Node): Node[] {
    const of = this.comparer.shown;
    if (!node) return of?.changes.map((change) => ({ kind: 'change', of, change })) ?? [];
    if (node.kind !== 'change') return [];
    const { texts } = node.change;
    const shown = texts.slice(0, listed).flatMap((at): Node[] => {
      const text = node.of.compared[at];
      return text ? [{ kind: 'text', of: node.of, text }] : [];
    });
    return texts.length > listed ? [...shown, { kind: 'rest', left: texts.length - listed }] : shown;
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'change':
        return changeItem(node.of, node.change);
      case 'text':
        return textItem(node.of, node.text);
      case 'rest':
        return new vscode.TreeItem(vscode.l10n.t('{0} more', count(node.left)));
    }
  }

  private async draw(): Promise<void> {
    const { shown } = this.comparer;
    setContext('nanonet.comparing', shown !== undefined);
    this.changed.fire(undefined);
    if (!shown) return;
    const { project, older, newer, changed, texts } = shown;
    this.view.description = `${project.nameOf(older)} → ${project.nameOf(newer)}`;
    this.view.message =
      changed === 0
        ? vscode.l10n.t('Both say the same of all {0} texts.', count(texts))
        : vscode.l10n.t('{0} of {1} texts get another answer.', count(changed), count(texts));
    await vscode.commands.executeCommand('nanonet.comparison.focus');
  }
}

function changeItem({ project }: ShownComparison, { from, to, texts }: Change): vscode.TreeItem {
  const item = new vscode.TreeItem(`${from} → ${to}`, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = JSON.stringify([from, to]);
  item.description = count(texts.length);
  const position = project.classifier.labels.findIndex(({ name }) => name === to);
  item.iconPath =
    position < 0
      ? new vscode.ThemeIcon('circle-outline')
      : new vscode.ThemeIcon('circle-filled', colourOf(project.labelNamed(to), position).icon);
  return item;
}

function textItem({ project }: ShownComparison, text: ComparedText): vscode.TreeItem {
  const { id, path, part, range, label } = text;
  const item = new vscode.TreeItem(posix.basename(path));
  item.id = `text ${id}`;
  const place = [part, posix.dirname(path).replace(/^\.$/, '')].filter(Boolean).join(' · ');
  item.description = label === undefined ? place : [place, vscode.l10n.t('labelled {0}', label)].join(' · ');
  item.iconPath = new vscode.ThemeIcon(range ? 'quote' : 'file');
  item.tooltip = path;
  item.command = {
    title: vscode.l10n.t('Open'),
    command: 'nanonet.openText',
    arguments: [{ project, text }],
  };
  return item;
}
