/** How groups and results look in the tree, and what a screen reader says of them. */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import { noneOfThese } from '../../protocol/engineApi';
import { answerOf, unsure } from '../../project/modelComparison';
import type { StoredPrediction } from '../../project/predictionLine';
import { phraseOf } from '../classification/phrases';
import { count } from '../format';
import { colourOf } from '../marks/palette';
import type { Project } from '../workspace/project';

export interface GroupNode {
  readonly kind: 'group';
  readonly project: Project;
  /** A label, '(unsure)' or 'none of these'. */
  readonly answer: string;
  readonly results: readonly StoredPrediction[];
}

export interface ResultNode {
  readonly kind: 'result';
  readonly project: Project;
  readonly answer: string;
  readonly result: StoredPrediction;
  /** The answer has changed since the last pass began. */
  readonly isChanged: boolean;
}

export interface MoreNode {
  readonly kind: 'more';
  readonly answer: string;
  readonly left: number;
  readonly next: number;
}

/** @param isNarrowed a filter is set: what it left over is to be seen */
export function groupItem({ project, answer, results }: GroupNode, isNarrowed: boolean): vscode.TreeItem {
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(nameOf(answer), isNarrowed ? Expanded : Collapsed);
  item.id = `${project.key} ${answer} ${isNarrowed ? 'narrowed' : ''}`;
  item.description = count(results.length);
  item.iconPath = iconOf(project, answer);
  item.contextValue = 'group';
  item.accessibilityInformation = {
    label: vscode.l10n.t('{0}, {1} texts', nameOf(answer), count(results.length)),
  };
  return item;
}

export function resultItem(node: ResultNode): vscode.TreeItem {
  const { project, answer, result, isChanged } = node;
  const { path, part, line, excerpt, score } = result;
  const name = [posix.basename(path), part].filter(Boolean).join(' ');
  const item = new vscode.TreeItem(name);
  item.id = resultId(node);
  const said = decisionOn(project, result);
  const was = isChanged && result.was ? vscode.l10n.t('was {0}', nameOf(answerOf(result.was))) : '';
  const labelled = said === undefined ? '' : vscode.l10n.t('labelled {0}', said);
  // A check mark says it already where both agree.
  const differs = said === answer ? '' : labelled;
  item.description = [score.toFixed(2), was, differs, excerpt].filter(Boolean).join(' · ');
  item.iconPath =
    said === undefined
      ? new vscode.ThemeIcon('file')
      : new vscode.ThemeIcon(said === answer ? 'check' : 'tag', iconOf(project, said).color);
  item.contextValue = said === answer ? 'result accepted' : 'result';
  const place = line === undefined ? path : `${path}:${line}`;
  item.tooltip = [place, phraseOf({ ...result, windows: 0 }), was, labelled, excerpt]
    .filter(Boolean)
    .join('\n');
  item.accessibilityInformation = {
    label: [name, nameOf(answer), score.toFixed(2), was, labelled, excerpt].filter(Boolean).join(', '),
  };
  item.command = { title: vscode.l10n.t('Open'), command: 'nanonet.openResult', arguments: [node] };
  return item;
}

export function moreItem(node: MoreNode): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('{0} more… ({1} left)', count(node.next), count(node.left)));
  item.id = `more ${node.answer} ${node.left}`;
  item.command = {
    title: vscode.l10n.t('Show More Results'),
    command: 'nanonet.showMoreResults',
    arguments: [node.answer],
  };
  return item;
}

export function resultId({ project, answer, result: { path, part } }: ResultNode): string {
  return JSON.stringify([project.key, answer, path, part]);
}

/** What a person said of the text: a label, or that none fits. */
export function decisionOn({ journal }: Project, result: StoredPrediction): string | undefined {
  const decision = journal.state.decisionOn(result);
  return decision === 'none' ? noneOfThese : decision === 'label' ? journal.state.labelOf(result) : undefined;
}

function nameOf(answer: string): string {
  if (answer === unsure) return vscode.l10n.t('unsure');
  return answer === noneOfThese ? vscode.l10n.t('none of these') : answer;
}

function iconOf(project: Project, answer: string): vscode.ThemeIcon {
  if (answer === unsure) return new vscode.ThemeIcon('question');
  if (answer === noneOfThese) return new vscode.ThemeIcon('circle-slash');
  const position = project.classifier.labels.findIndex(({ name }) => name === answer);
  return position < 0
    ? new vscode.ThemeIcon('circle-outline')
    : new vscode.ThemeIcon('circle-filled', colourOf(project.labelNamed(answer), position).icon);
}
