/** Opens a text of the corpus, and the next one without a label. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TextRange } from '../../project/labelEntry';
import { MissingError } from '../report';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import { projectPath, rangeOf } from '../workspace/targets';

/** @param text place in the project's folder */
export async function openText(
  project: Project,
  text: { readonly path: string; readonly range?: TextRange },
): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(join(project.root, text.path)));
  const selection = text.range && rangeOf(document, text.range);
  await vscode.window.showTextDocument(document, { preview: true, ...(selection && { selection }) });
}

/** The one after the open text in the order of the files; from the top again at the end. */
export async function labelNext(projects: Projects): Promise<void> {
  const project = await projects.required();
  const texts = await project.texts.read();
  const active = vscode.window.activeTextEditor?.document.uri;
  const here = active && projectPath(project, active);
  const open = texts.filter(({ label, range, path }) => label === undefined && !range && path !== here);
  const next = open.find(({ path }) => here === undefined || path > here) ?? open[0];
  if (next) return openText(project, next);
  throw texts.length === 0
    ? new MissingError(
        'label/no-texts',
        vscode.l10n.t('“{0}” has no texts yet; say where they are.', project.name),
        {
          title: vscode.l10n.t('Add Source'),
          command: 'nanonet.addSource',
        },
      )
    : new MissingError('label/all-done', vscode.l10n.t('Every text of “{0}” has a label.', project.name), {
        title: vscode.l10n.t('Train'),
        command: 'nanonet.train',
      });
}
