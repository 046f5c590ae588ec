/** Asks where texts come from: which files, what of them is one text, and of tables which columns. */
import { extname, posix } from 'node:path';
import * as vscode from 'vscode';
import type { SourceDefinition } from '../../project/classifier';
import { isInRepository } from '../../sources/commits';
import { globOfPath, staysInside } from '../../sources/globs';
import { tableColumns, tableKindOf, type Column } from '../../sources/tableColumns';
import type { TableKind } from '../../sources/sources';
import { asWritten, confirmSource } from './confirmSource';
import { pickUnit } from './pickUnit';

/** Kinds of files that are looked for, to be offered where the folder has them. */
const fileKinds = [
  ...['txt', 'md', 'eml', 'mbox', 'log', 'rst', 'html', 'htm', 'tex', 'docx', 'pdf'],
  ...['csv', 'tsv', 'jsonl', 'json', 'parquet'],
];
/** Kinds of code whose comments are offered; the reader knows many more. */
const codeKinds = (
  'ts tsx js jsx mjs py java kt scala c h cc cpp hpp cs go rs rb php swift ' +
  'm dart lua r jl hs ml clj ex sh ps1 sql vue css'
).split(' ');
const looked = 2000;
const neverTexts = '**/{node_modules,.git,.nanonet}/**';
const exampleLength = 100;

/** @param glob when it is known which files @returns undefined when the person left */
export async function pickSource(
  folder: vscode.WorkspaceFolder,
  title: string,
  glob?: string,
): Promise<SourceDefinition | undefined> {
  const comments = vscode.l10n.t('Comments in code…');
  const commits = vscode.l10n.t('Commit messages');
  const more = [{ label: comments, iconPath: new vscode.ThemeIcon('comment') }];
  if (isInRepository(folder.uri.fsPath))
    more.push({ label: commits, iconPath: new vscode.ThemeIcon('git-commit') });
  const which = vscode.l10n.t('Which files hold the texts? A file is a text; of a table, a row.');
  const chosen = glob ?? (await pickGlob(folder, title, which, await kindsIn(folder), more));
  if (chosen === undefined) return undefined;
  const ask = (): Promise<SourceDefinition | undefined> => {
    if (chosen === commits) return Promise.resolve({ kind: 'commits' });
    if (chosen === comments) return pickCode(folder, title);
    if (glob !== undefined && codeKinds.includes(extname(glob).slice(1).toLowerCase()))
      return pickWholeOrComments(title, glob);
    const kind = tableKindOf(chosen);
    return kind ? pickColumns(folder, title, kind, chosen) : pickUnit(title, chosen);
  };
  const source = await ask();
  return source && (await confirmSource(folder, title, source)) ? source : undefined;
}

/** The pattern of a file, or of all that is in a folder. */
export async function globOf(folder: vscode.WorkspaceFolder, uri: vscode.Uri): Promise<string> {
  const path = globOfPath(posix.relative(folder.uri.path, uri.path));
  const { type } = await vscode.workspace.fs.stat(uri);
  if ((type & vscode.FileType.Directory) === 0) return path;
  return path === '' ? '**/*' : `${path}/**/*`;
}

/** @returns a pattern, or the label of one of `more`; undefined when the person left */
async function pickGlob(
  folder: vscode.WorkspaceFolder,
  title: string,
  placeHolder: string,
  kinds: readonly FoundKind[],
  more: readonly vscode.QuickPickItem[] = [],
): Promise<string | undefined> {
  const other = vscode.l10n.t('Other files…');
  const items: vscode.QuickPickItem[] = kinds.map(({ glob, count }) => ({
    label: glob,
    description:
      count >= looked ? vscode.l10n.t('{0} files or more', count) : vscode.l10n.t('{0} files', count),
  }));
  const picked = await vscode.window.showQuickPick(
    [...items, ...more, { label: other, iconPath: new vscode.ThemeIcon('edit') }],
    { title, placeHolder },
  );
  if (!picked || picked.label !== other) return picked?.label;
  return vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('A pattern, relative to the folder'),
    value: '**/*.txt',
    validateInput: (value) =>
      staysInside(value) ? undefined : vscode.l10n.t('Give a pattern inside the folder, like docs/**/*.md.'),
  });
}

async function pickCode(
  folder: vscode.WorkspaceFolder,
  title: string,
): Promise<SourceDefinition | undefined> {
  const which = vscode.l10n.t('Which code? A comment is a text.');
  const glob = await pickGlob(folder, title, which, await kindsOfCode(folder));
  return glob === undefined ? undefined : { kind: 'comments', glob };
}

async function pickWholeOrComments(title: string, glob: string): Promise<SourceDefinition | undefined> {
  const whole = vscode.l10n.t('Each file is one text');
  const comments = vscode.l10n.t('Each comment is a text');
  const picked = await vscode.window.showQuickPick([comments, whole], { title });
  return picked === undefined ? undefined : { kind: picked === whole ? 'files' : 'comments', glob };
}

/** Columns of the text and of labels, as the first file of the pattern has them. */
async function pickColumns(
  folder: vscode.WorkspaceFolder,
  title: string,
  kind: TableKind,
  glob: string,
): Promise<SourceDefinition | undefined> {
  const [first] = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, glob), neverTexts, 1);
  const columns =
    first && (await tableColumns(folder.uri.fsPath, vscode.workspace.asRelativePath(first, false)));
  // What cannot be read as a table is still a file; what is wrong with it stands among the problems.
  if (!columns || 'reason' in columns) return { kind: 'files', glob };

  const whole = vscode.l10n.t('Each file is one text');
  const text = await vscode.window.showQuickPick(
    [...columns.map(itemOf), { label: whole, iconPath: new vscode.ThemeIcon('file') }],
    {
      title,
      placeHolder: vscode.l10n.t('Which column holds the texts? A row is a text.'),
      matchOnDetail: true,
    },
  );
  if (!text) return undefined;
  if (text.label === whole) return { kind: 'files', glob };
  const none = vscode.l10n.t('No labels there');
  const others = columns.filter(({ name }) => name !== text.label);
  const label =
    others.length === 0
      ? { label: none }
      : await vscode.window.showQuickPick(
          [{ label: none, iconPath: new vscode.ThemeIcon('circle-slash') }, ...others.map(itemOf)],
          { title, placeHolder: vscode.l10n.t('Does a column hold labels already? They are taken in.') },
        );
  if (!label) return undefined;
  return { kind, glob, text: text.label, ...(label.label !== none && { label: label.label }) };
}

function itemOf({ name, example }: Column): vscode.QuickPickItem {
  return { label: name, detail: asWritten(example.replace(/\s+/g, ' ').trim().slice(0, exampleLength)) };
}

interface FoundKind {
  readonly glob: string;
  readonly count: number;
}

/** The kinds of file that the folder has, most files first. */
async function kindsIn(folder: vscode.WorkspaceFolder): Promise<FoundKind[]> {
  const kinds = await Promise.all(
    fileKinds.map(async (kind) => {
      const glob = `**/*.${kind}`;
      const pattern = new vscode.RelativePattern(folder, glob);
      const files = await vscode.workspace.findFiles(pattern, neverTexts, looked);
      return { glob, count: files.length };
    }),
  );
  return kinds.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
}

/** Kinds of code in the folder, most files first; found in one search, for there are many. */
async function kindsOfCode(folder: vscode.WorkspaceFolder): Promise<FoundKind[]> {
  const pattern = new vscode.RelativePattern(folder, `**/*.{${codeKinds.join(',')}}`);
  const counts = new Map<string, number>();
  for (const { path } of await vscode.workspace.findFiles(pattern, neverTexts, looked)) {
    const glob = `**/*${posix.extname(path)}`;
    counts.set(glob, (counts.get(glob) ?? 0) + 1);
  }
  return [...counts].map(([glob, count]) => ({ glob, count })).sort((a, b) => b.count - a.count);
}
