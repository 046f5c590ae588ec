/** Adds files of the workspace to the texts of a classifier. */
import * as vscode from 'vscode';
import { staysInside } from '../../sources/globs';
import type { Projects } from '../workspace/projects';

/** Kinds of text that are looked for, to be offered where the folder has them. */
const textKinds = ['txt', 'md', 'eml', 'log', 'rst', 'html', 'json', 'csv', 'tex'] as const;
const looked = 2000;

export async function addSource(projects: Projects, glob?: string): Promise<void> {
  const project = await projects.required();
  const chosen = glob ?? (await pickGlob(project.folder, vscode.l10n.t('Add a source to {0}', project.name)));
  if (chosen === undefined || project.classifier.sources.some((source) => source.glob === chosen)) return;
  await project.addSource(chosen);
}

/** @returns undefined when the person left */
export async function pickGlob(folder: vscode.WorkspaceFolder, title: string): Promise<string | undefined> {
  const other = vscode.l10n.t('Other files…');
  const kinds = await kindsIn(folder);
  const items: vscode.QuickPickItem[] = kinds.map(({ glob, count }) => ({
    label: glob,
    description:
      count >= looked ? vscode.l10n.t('{0} files or more', count) : vscode.l10n.t('{0} files', count),
  }));
  const picked = await vscode.window.showQuickPick(
    [...items, { label: other, iconPath: new vscode.ThemeIcon('edit') }],
    {
      title,
      placeHolder: vscode.l10n.t('Which files hold the texts? One file is one text.'),
    },
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

/** The kinds of text file that the folder has, most files first. */
async function kindsIn(folder: vscode.WorkspaceFolder): Promise<{ glob: string; count: number }[]> {
  const kinds = await Promise.all(
    textKinds.map(async (kind) => {
      const glob = `**/*.${kind}`;
      const pattern = new vscode.RelativePattern(folder, glob);
      const files = await vscode.workspace.findFiles(pattern, '**/{node_modules,.git,.nanonet}/**', looked);
      return { glob, count: files.length };
    }),
  );
  return kinds.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
}
