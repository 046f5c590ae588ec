import * as vscode from 'vscode';
import type { LabelEntry } from '../../project/labelEntry';

/** An entry in a few words, for the history of a text. */
export function said(entry: LabelEntry): string {
  switch (entry.op) {
    case 'label':
      return vscode.l10n.t('labelled {0}', entry.label);
    case 'clear':
      return vscode.l10n.t('label taken away');
    case 'none':
      return vscode.l10n.t('none of these');
    case 'skip':
      return vscode.l10n.t('skipped');
    case 'note':
      return vscode.l10n.t('note: {0}', entry.note);
    case 'set':
      return vscode.l10n.t('label set changed');
    case 'undo':
      return entry.label === undefined ? vscode.l10n.t('undone') : vscode.l10n.t('{0} undone', entry.label);
    case 'redo':
      return entry.label === undefined ? vscode.l10n.t('redone') : vscode.l10n.t('{0} redone', entry.label);
  }
}
