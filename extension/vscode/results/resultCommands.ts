/** What a person does with results: look, accept, correct, narrow them down. */
import * as vscode from 'vscode';
import { AppError } from '../../protocol/appError';
import { noneOfThese } from '../../protocol/engineApi';
import { unsure } from '../../project/modelComparison';
import type { Saying, Said } from '../../project/labelJournal';
import { textNow } from '../../project/textNow';
import { openText } from '../commands/openText';
import { pickLabel } from '../commands/pickLabel';
import type { Project } from '../workspace/project';
import { everything, type ResultGroups } from './resultGroups';
import { decisionOn, type ResultNode } from './resultItems';
import type { ResultsView } from './resultsView';

/** Offered lowest scores, in percent. */
const steps = [0, 50, 60, 70, 80, 90, 95, 99];

export class ResultCommands {
  private isBusy = false;

  constructor(
    private readonly view: ResultsView,
    private readonly groups: ResultGroups,
  ) {}

  /** The text at its place; the keys stay in the tree. */
  open({ project, result }: ResultNode): Promise<void> {
    return openText(project, result, { preserveFocus: true });
  }

  /** The answer becomes the text's label; what the model was unsure of has to be said. */
  accept(node?: ResultNode, selected?: readonly ResultNode[]): Promise<void> {
    return this.alone(() => this.acceptNow(node, selected));
  }

  /** Asks for the label that it should have been. */
  correct(node?: ResultNode, selected?: readonly ResultNode[]): Promise<void> {
    return this.alone(() => this.correctNow(node, selected));
  }

  /** Keeps those with at least a score. */
  async filterByScore(): Promise<void> {
    const leastScore = await pickScore(this.groups);
    if (leastScore !== undefined) this.groups.setFilter({ leastScore });
  }

  async search(): Promise<void> {
    const words = await vscode.window.showInputBox({
      title: vscode.l10n.t('Search the results'),
      prompt: vscode.l10n.t('Words of the text’s beginning or of its place. Empty: all.'),
      value: this.groups.filter.words,
    });
    if (words !== undefined) this.groups.setFilter({ words: words.trim() });
  }

  showChanged(onlyChanged: boolean): void {
    this.groups.setFilter({ onlyChanged });
  }

  showAll(): void {
    this.groups.setFilter(everything);
  }

  private async acceptNow(node?: ResultNode, selected?: readonly ResultNode[]): Promise<void> {
    const nodes = await this.meant(node, selected);
    const isUnsure = nodes.some(({ result }) => result.abstained && !result.none);
    if (isUnsure) return this.correctNow(node, selected);
    const saidOf = ({ project, result }: ResultNode): Said | undefined => {
      if (decisionOn(project, result) === result.label) return undefined;
      return result.none ? { op: 'none' } : { op: 'label', label: result.label };
    };
    await this.say(nodes, saidOf, node === undefined);
  }

  private async correctNow(node?: ResultNode, selected?: readonly ResultNode[]): Promise<void> {
    const nodes = await this.meant(node, selected);
    const [first] = nodes;
    if (!first) return;
    const { project, result } = first;
    const title =
      nodes.length === 1
        ? vscode.l10n.t('Label {0}', [result.path, result.part].filter(Boolean).join(', '))
        : vscode.l10n.t('Label {0} texts', nodes.length);
    const label = await pickLabel(project, title, { label: result.label, note: vscode.l10n.t('classified') });
    if (label !== undefined) await this.say(nodes, () => ({ op: 'label', label }), node === undefined);
  }

  /** What comes while one is on its way decides nothing: nobody has read the text that it would be about. */
  private async alone(work: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      await work();
    } finally {
      this.isBusy = false;
    }
  }

  /** A key means the rows that are selected, or the one that it was pressed on. */
  private async meant(node?: ResultNode, selected?: readonly ResultNode[]): Promise<readonly ResultNode[]> {
    if (node) return (selected ?? [node]).filter(({ kind }) => kind === 'result');
    if (this.view.selection.length > 1) return this.view.selection;
    // Arrow keys move the focus alone.
    await vscode.commands.executeCommand('list.selectAndPreserveFocus');
    if (this.view.selection.length > 0) return this.view.selection;
    throw new AppError(
      'results/none-selected',
      vscode.l10n.t('No result is selected; choose one in the tree.'),
    );
  }

  /**
   * Only of texts that are still what was classified, and that it is not said of already.
   * @param isByKey then the next result is shown, for whoever goes through them
   */
  private async say(
    nodes: readonly ResultNode[],
    saidOf: (node: ResultNode) => Said | undefined,
    isByKey: boolean,
  ): Promise<void> {
    const project = nodes[0]?.project;
    if (!project) return;
    const sayings: Saying[] = [];
    const gone: string[] = [];
    for (const node of nodes) {
      const { path, part } = node.result;
      const said = saidOf(node);
      if (!said) continue;
      const text = await textNow(project.root, project.classifier.sources, node.result);
      if (text === undefined) gone.push([path, part].filter(Boolean).join(' '));
      else sayings.push({ target: { path, ...(part !== undefined && { part }), text }, said });
    }
    await project.journal.say(sayings);
    if (gone.length > 0) throw changed(project, gone);
    const next = isByKey ? await this.view.goOn(nodes) : undefined;
    if (next) await this.open(next);
  }
}

function changed({ name }: Project, gone: readonly string[]): AppError {
  return new AppError(
    'results/text-changed',
    vscode.l10n.t(
      '{0} has changed since “{1}” classified it; classify again, then label it.',
      gone.slice(0, 3).join(', ') + (gone.length > 3 ? ', …' : ''),
      name,
    ),
  );
}

interface ScoreItem extends vscode.QuickPickItem {
  readonly leastScore: number;
}

/** One of the steps, or any number that is typed. */
function pickScore({ filter, shown }: ResultGroups): Promise<number | undefined> {
  const pick = vscode.window.createQuickPick<ScoreItem>();
  const scores = [...(shown?.groups.entries() ?? [])].flatMap(([answer, results]) =>
    answer === unsure || answer === noneOfThese ? [] : results.map(({ score }) => score),
  );
  const itemOf = (percent: number): ScoreItem => ({
    label: percent === 0 ? vscode.l10n.t('all') : vscode.l10n.t('at least {0} %', percent),
    // What is filtered out already cannot be counted.
    ...(percent / 100 >= filter.leastScore && {
      description: vscode.l10n.t('{0} with a label', scores.filter((score) => score >= percent / 100).length),
    }),
    leastScore: percent / 100,
  });
  const items = steps.map(itemOf);
  pick.title = vscode.l10n.t('Lowest score');
  pick.placeholder = vscode.l10n.t('Choose, or type a percentage');
  pick.items = items;
  const active = items.find(({ leastScore }) => leastScore === filter.leastScore);
  if (active) pick.activeItems = [active];
  return new Promise((resolve) => {
    pick.onDidChangeValue((value) => {
      const percent = Number(value.replace('%', '').trim());
      const fits = value.trim() !== '' && percent >= 0 && percent <= 100;
      pick.items = fits ? [{ ...itemOf(percent), alwaysShow: true }] : items;
    });
    const take = (leastScore?: number): void => {
      resolve(leastScore);
      pick.dispose();
    };
    pick.onDidAccept(() => take(pick.selectedItems[0]?.leastScore));
    pick.onDidHide(() => take());
    pick.show();
  });
}
