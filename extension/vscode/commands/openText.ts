/** Opens a text of the corpus, and the next one without a label. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { placeName, type TextRange } from '../../project/labelEntry';
import { commitsPath } from '../../sources/commits';
import { MissingError } from '../report';
import type { IndexedText } from '../workspace/textIndex';
import { openCommit, openFile } from '../workspace/documentTexts';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import { placeShown, rangeOf } from '../workspace/targets';

/** @param text place in the project's folder */
export async function openText(
  project: Project,
  text: { readonly path: string; readonly part?: string; readonly range?: TextRange },
): Promise<void> {
  const { path, part } = text;
  const document =
    path === commitsPath && part !== undefined
      ? await openCommit(project.root, part)
      : await openFile(vscode.Uri.file(join(project.root, path)));
  const selection = text.range && rangeOf(document, text.range);
  await vscode.window.showTextDocument(document, { preview: true, ...(selection && { selection }) });
}

/** The one after the open text in the order of the files; from the top again at the end. */
export async function labelNext(projects: Projects): Promise<void> {
  const project = await projects.required();
  const texts = await project.texts.read();
  const active = vscode.window.activeTextEditor?.document.uri;
  const shown = active && placeShown(project, active);
  const here = shown && placeName(shown);
  const isHere = ({ id, path }: IndexedText): boolean => id === here || path === here;
  const isNext = (text: IndexedText): boolean => text.label === undefined && !text.range && !isHere(text);
  const next = texts.slice(texts.findLastIndex(isHere) + 1).find(isNext) ?? texts.find(isNext);
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
