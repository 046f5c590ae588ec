/** The tree RESULTS of the current classifier: what its model said of the texts, by answer, the surest first. */
import * as vscode from 'vscode';
import { setContext } from '../contextKeys';
import { Disposable } from '../disposable';
import { count } from '../format';
import { watchingResults } from '../settings';
import type { ResultGroups } from './resultGroups';
import {
  groupItem,
  moreItem,
  resultItem,
  type GroupNode,
  type MoreNode,
  type ResultNode,
} from './resultItems';
import type { Results } from './results';

type Node = GroupNode | ResultNode | MoreNode;

/** Of a group this many are shown at first, and so many more at each click. */
const page = 500;

export class ResultsView extends Disposable implements vscode.TreeDataProvider<Node> {
  private readonly changed = this.own(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Node>;
  /** By answer: how many texts are shown. */
  private readonly shown = new Map<string, number>();

  constructor(
    private readonly groups: ResultGroups,
    private readonly results: Results,
  ) {
    super();
    this.view = this.own(
      vscode.window.createTreeView('nanonet.results', { treeDataProvider: this, canSelectMany: true }),
    );
    this.own(groups.onDidChange(() => this.draw()));
    this.own(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('nanonet.results')) groups.ask();
      }),
    );
    this.own(this.view.onDidChangeVisibility(({ visible }) => visible && groups.ask()));
  }

  /** The results that are selected. */
  get selection(): readonly ResultNode[] {
    return this.view.selection.filter((node) => node.kind === 'result');
  }

  showMore(answer: string): void {
    this.shown.set(answer, (this.shown.get(answer) ?? page) + page);
    this.changed.fire(undefined);
  }

  /** Selects the one after these; undefined after the last. */
  async goOn(nodes: readonly ResultNode[]): Promise<ResultNode | undefined> {
    const last = nodes.at(-1);
    const group = last && this.children().find(({ answer }) => answer === last.answer);
    if (!last || group?.kind !== 'group') return undefined;
    const at = group.results.findIndex(
      ({ path, part }) => path === last.result.path && part === last.result.part,
    );
    const next = this.page(group)[at + 1];
    if (next?.kind !== 'result') return undefined;
    await this.view.reveal(next, { select: true, focus: true });
    return next;
  }

  getChildren(node?: Node): Node[] {
    if (!node) return this.children();
    return node.kind === 'group' ? this.page(node) : [];
  }

  getParent(node: Node): Node | undefined {
    return node.kind === 'group' ? undefined : this.children().find(({ answer }) => answer === node.answer);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'group':
        return groupItem(node, this.isNarrowed);
      case 'result':
        return resultItem(node);
      case 'more':
        return moreItem(node);
    }
  }

  private get isNarrowed(): boolean {
    const { words, onlyChanged } = this.groups.filter;
    return words !== '' || onlyChanged;
  }

  private children(): Node[] {
    const { shown } = this.groups;
    if (!shown) return [];
    const { project } = shown;
    return [...shown.groups].map(([answer, results]) => ({ kind: 'group', project, answer, results }));
  }

  private page({ project, answer, results }: GroupNode): Node[] {
    const store = this.results.now(project);
    const some = results.slice(0, this.shown.get(answer) ?? page).map((result): Node => {
      return { kind: 'result', project, answer, result, isChanged: store?.isChanged(result) ?? false };
    });
    const left = results.length - some.length;
    return left > 0 ? [...some, { kind: 'more', answer, left, next: Math.min(left, page) }] : some;
  }

  private draw(): void {
    const { shown, filter } = this.groups;
    const isRunning = shown !== undefined && this.results.isRunning(shown.project);
    const { leastScore, words, onlyChanged } = filter;
    setContext('nanonet.hasResults', (shown?.all ?? 0) > 0);
    setContext('nanonet.resultsNarrowed', leastScore > 0 || words !== '' || onlyChanged);
    setContext('nanonet.onlyChanged', onlyChanged);
    setContext('nanonet.classifying', isRunning);
    setContext('nanonet.watching', watchingResults());
    const parts = [
      ...(leastScore > 0 ? [vscode.l10n.t('at least {0} %', Math.round(100 * leastScore))] : []),
      ...(words === '' ? [] : [`“${words}”`]),
      ...(onlyChanged ? [vscode.l10n.t('changed since last time')] : []),
    ];
    this.view.description = parts.join(' · ');
    this.view.message = this.message(parts.length > 0);
    this.changed.fire(undefined);
  }

  /** What a person has to know before looking at the rows; nothing where the welcome text says it. */
  private message(isNarrowed: boolean): string {
    const { shown } = this.groups;
    if (!shown || shown.all === 0) return '';
    const left = [...shown.groups.values()].reduce((sum, { length }) => sum + length, 0);
    return [
      ...(shown.olderModel === undefined
        ? []
        : [
            vscode.l10n.t(
              'These are answers of {0}, and {1} is used now: classify again.',
              shown.olderModel,
              this.results.modelOf(shown.project) ?? vscode.l10n.t('no model'),
            ),
          ]),
      ...(isNarrowed ? [vscode.l10n.t('{0} of {1} texts', count(left), count(shown.all))] : []),
    ].join(' ');
  }
}
