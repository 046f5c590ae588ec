/** A model in the tree: its row, and beneath it what it learned from and how it came out. */
import * as vscode from 'vscode';
import type { ModelVersion } from '../../project/modelStore';
import { accuracyOf, count, dayOf, duration, megabytes } from '../format';
import type { Project } from '../workspace/project';

export function modelItem(project: Project, model: ModelVersion): vscode.TreeItem {
  const { createdAt, result, problem } = model;
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const isUsed = model === project.model;
  const item = new vscode.TreeItem(project.nameOf(model), result ? Collapsed : None);
  item.contextValue = isUsed ? 'model used' : 'model';
  const labels = result && vscode.l10n.t('{0} labels', count(result.counts.labelled));
  const parts = [dayOf(createdAt), accuracyOf(result), labels, isUsed ? '✓' : undefined];
  item.description = parts.filter((part) => part !== undefined).join('  ');
  item.iconPath = new vscode.ThemeIcon(
    problem !== undefined ? 'warning' : isUsed ? 'pass-filled' : 'package',
  );
  item.tooltip =
    problem ?? [model.version, ...modelFacts(model).map(({ name, value }) => `${name}: ${value}`)].join('\n');
  item.accessibilityInformation = {
    label: [project.nameOf(model), isUsed ? vscode.l10n.t('used') : undefined, ...parts.slice(0, -1), problem]
      .filter((part) => part !== undefined)
      .join(', '),
  };
  return item;
}

interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What is known of a model, a row each; nothing where its figures cannot be read. */
export function modelFacts({ createdAt, result }: ModelVersion): readonly Fact[] {
  if (!result) return [];
  const { counts, rows, measuredOn, sizeBytes, docsPerSecond, durationMs } = result;
  const texts = vscode.l10n.t(
    '{0} with a label, {1} without',
    count(counts.labelled),
    count(counts.unlabelled),
  );
  const [own] = rows;
  return [
    { name: vscode.l10n.t('trained'), value: createdAt.toLocaleString(vscode.env.language) },
    { name: vscode.l10n.t('texts'), value: texts },
    ...(own
      ? [
          {
            name: vscode.l10n.t('accuracy'),
            value: vscode.l10n.t('{0} on {1}', own.accuracy.toFixed(2), measuredOn),
          },
          { name: vscode.l10n.t('macro-F1'), value: own.macroF1.toFixed(2) },
        ]
      : []),
    { name: vscode.l10n.t('size'), value: megabytes(sizeBytes) },
    {
      name: vscode.l10n.t('speed'),
      value: vscode.l10n.t('{0} texts a second', count(Math.round(docsPerSecond))),
    },
    { name: vscode.l10n.t('trained in'), value: duration(durationMs) },
  ];
}

export function factItem({ name, value }: Fact): vscode.TreeItem {
  const item = new vscode.TreeItem(name);
  item.description = value;
  return item;
}
