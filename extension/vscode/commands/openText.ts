/** Opens a text of the corpus, and the next or previous one without a label. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { hashOf, type TextRange } from '../../project/labelEntry';
import { rowAt, type TextRow } from '../../project/textRows';
import { commitsPath } from '../../sources/commits';
import { MissingError } from '../report';
import { rowsOf } from '../workspace/documentRows';
import { openCommit, openFile } from '../workspace/documentTexts';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import { rangeOfRow } from '../workspace/rowTargets';
import { storedUri } from '../workspace/storedPlace';
import { placeShown, rangeOf } from '../workspace/targets';
import type { IndexedText } from '../workspace/textIndex';

/** Whether the keys stay where they are. */
type Showing = Pick<vscode.TextDocumentShowOptions, 'preserveFocus'>;

/** Where a text is. */
type OpenedText = Pick<IndexedText, 'path'> & Partial<Pick<IndexedText, 'part' | 'line' | 'range' | 'hash'>>;

/**
 * Shows a document, a passage, or a row where it stands in its file; a row of a file that is no text is shown alone.
 *
 * @param text place in the project's folder
 */
export async function openText(project: Project, text: OpenedText, how: Showing = {}): Promise<void> {
  const { path, part, line, range } = text;
  const uri = vscode.Uri.file(join(project.root, path));
  if (part === undefined) return showPassage(await openFile(uri), range, how);
  if (path === commitsPath) return showPassage(await openCommit(project.root, part), range, how);
  const document = await openTable(uri);
  const rows = document && (await rowsOf(project, document));
  const row = rows && rowOf(rows, text);
  const selection = line === undefined ? undefined : new vscode.Range(line - 1, 0, line - 1, 0);
  // A part of a file that is no table: the file, where the part begins.
  if (document && !rows) return show(document, range ? rangeOf(document, range) : selection, how);
  if (document && rows && row) await show(document, rangeOfRow(document, rows, row), how);
  // The editor shows a file of this size, and gives it to no extension.
  else if (!document && selection) {
    await vscode.commands.executeCommand('vscode.open', uri, { ...how, preview: true, selection });
  } else
    await showPassage(await vscode.workspace.openTextDocument(storedUri(project, path, part)), range, how);
}

function showPassage(
  document: vscode.TextDocument,
  range: TextRange | undefined,
  how: Showing,
): Promise<void> {
  return show(document, range && rangeOf(document, range), how);
}

/** Undefined for a file that no editor takes for text, or that is too large for extensions. */
async function openTable(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    return undefined; // what can be shown instead is shown
  }
}

async function show(
  document: vscode.TextDocument,
  selection: vscode.Range | undefined,
  how: Showing,
): Promise<void> {
  await vscode.window.showTextDocument(document, { ...how, preview: true, ...(selection && { selection }) });
}

/** The row with this text; rows may have come above since the file was read. */
function rowOf(rows: readonly TextRow[], { part, hash }: OpenedText): TextRow | undefined {
  const isIt = ({ text }: TextRow): boolean => text !== undefined && hashOf(text) === hash;
  const named = rows.find((row) => row.part === part);
  return named && isIt(named) ? named : (rows.find(isIt) ?? named);
}

/**
 * The one after (or before) the open text, or the row at the cursor, in the order of the files and their rows; from the
 * other end again at the end.
 */
export async function labelNext(projects: Projects, direction: 'next' | 'previous' = 'next'): Promise<void> {
  const project = await projects.required();
  const texts = (await project.texts.read()).filter(({ range }) => range === undefined);
  const { here, at } = await openPosition(project, texts);
  const isOpen = ({ label }: IndexedText, index: number): boolean => label === undefined && index !== here;
  const next =
    direction === 'next'
      ? (texts.find((text, index) => index > at && isOpen(text, index)) ?? texts.find(isOpen))
      : (texts.findLast((text, index) => index <= at && isOpen(text, index)) ?? texts.findLast(isOpen));
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

/** Index of the text that is open, -1 for none, and of the last one that is not after the cursor. */
async function openPosition(
  project: Project,
  texts: readonly IndexedText[],
): Promise<{ here: number; at: number }> {
  const editor = vscode.window.activeTextEditor;
  const place = editor && placeShown(project, editor.document.uri);
  if (!editor || !place) return { here: -1, at: -1 };
  const cursor = editor.selection.active.line + 1;
  const row = rowAt((await rowsOf(project, editor.document)) ?? [], cursor);
  const part = place.part ?? row?.part;
  const here = texts.findIndex((text) => text.path === place.path && text.part === part);
  const isBefore = ({ path, line = 0 }: IndexedText): boolean =>
    path < place.path || (path === place.path && line <= cursor);
  return { here, at: here === -1 ? texts.findLastIndex(isBefore) : here };
}
