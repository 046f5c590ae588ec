/** Asks what of files is one text. */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { SourceDefinition } from '../../project/classifier';
import type { Unit } from '../../sources/units';

/** The units that make sense for files of this kind; any for other kinds and for whole folders. */
const unitsOf: Readonly<Record<string, readonly Unit[]>> = {
  '.docx': ['file', 'paragraph'],
  '.pdf': ['file', 'paragraph'],
  '.eml': ['file'],
  '.mbox': ['file'],
  '.html': ['file', 'paragraph'],
  '.htm': ['file', 'paragraph'],
  '.txt': ['file', 'paragraph', 'line'],
  '.rst': ['file', 'paragraph', 'line'],
  '.tex': ['file', 'paragraph', 'line'],
  '.log': ['line', 'file', 'paragraph'],
};
const anyUnit: readonly Unit[] = ['file', 'paragraph', 'section', 'line'];

/** Nothing is asked where only one answer makes sense. @returns undefined when the person left */
export async function pickUnit(title: string, glob: string): Promise<SourceDefinition | undefined> {
  const units = unitsOf[posix.extname(glob).toLowerCase()] ?? anyUnit;
  const items = units.map((unit) => ({ unit, ...phrases[unit]() }));
  const placeHolder = vscode.l10n.t('What is one text?');
  const picked =
    items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { title, placeHolder });
  if (!picked) return undefined;
  return { kind: 'files', glob, ...(picked.unit !== 'file' && { unit: picked.unit }) };
}

/** What a unit is called. */
export function unitPhrase(unit: Unit): string {
  return phrases[unit]().label;
}

const phrases: Readonly<Record<Unit, () => vscode.QuickPickItem>> = {
  file: () => ({
    label: vscode.l10n.t('Each file'),
    detail: vscode.l10n.t(
      'Of a page its visible text, of an e-mail subject and body; of a mailbox each message',
    ),
    iconPath: new vscode.ThemeIcon('file'),
  }),
  paragraph: () => ({
    label: vscode.l10n.t('Each paragraph'),
    detail: vscode.l10n.t('With an empty line between them'),
    iconPath: new vscode.ThemeIcon('three-bars'),
  }),
  section: () => ({
    label: vscode.l10n.t('Each section'),
    detail: vscode.l10n.t('A heading of Markdown, and what is under it'),
    iconPath: new vscode.ThemeIcon('symbol-text'),
  }),
  line: () => ({
    label: vscode.l10n.t('Each line'),
    detail: vscode.l10n.t('As in logs and lists; empty ones are left out'),
    iconPath: new vscode.ThemeIcon('list-flat'),
  }),
};
