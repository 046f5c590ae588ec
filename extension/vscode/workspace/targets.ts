/** What a person means when they say "this": the document or passage that a command works on. */
import { relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { AppError } from '../../protocol/appError';
import { hashOf, type TextRange, type TextTarget } from '../../project/labelEntry';
import { commitsPath } from '../../sources/commits';
import { isConverted } from '../../sources/wholeFile';
import { MissingError } from '../report';
import { commitOf, fileOf, fileText } from './documentTexts';
import type { Project } from './project';
import { storedPlace } from './storedPlace';

/** A text of a project with the document that it stands in. */
export interface Target {
  readonly document: vscode.TextDocument;
  /** Of the passage or row; undefined for the whole document. */
  readonly range?: vscode.Range;
  readonly text: TextTarget;
}

/** Path relative to the project's folder with '/', undefined for a document outside of it. */
export function projectPath(project: Project, uri: vscode.Uri): string | undefined {
  const file = fileOf(uri);
  if (!file) return undefined;
  const path = relative(project.root, file.fsPath).split(sep).join('/');
  return path === '' || path.startsWith('../') || path === '..' || /^[a-zA-Z]:/.test(path) ? undefined : path;
}

/** Where a text of a project is: a file, or a row or a commit's message in it. */
interface Place {
  readonly path: string;
  readonly part?: string;
}

/** Which text of a project a document shows; undefined when it is none of the project's. */
export function placeShown(project: Project, uri: vscode.Uri): Place | undefined {
  const stored = storedPlace(uri);
  if (stored?.project === project.key) return { path: stored.path, part: stored.part };
  const commit = commitOf(uri);
  if (commit?.root === project.root) return { path: commitsPath, part: commit.part };
  const path = projectPath(project, uri);
  return path === undefined ? undefined : { path };
}

/** Which text of a project a document shows. @throws AppError('text/outside') */
export function placeOf(project: Project, document: vscode.TextDocument): Place {
  const place = placeShown(project, document.uri);
  if (place) return place;
  throw new AppError(
    'text/outside',
    vscode.l10n.t(
      '{0} is not a file of the folder {1}; save it there to label or classify it.',
      document.isUntitled ? vscode.l10n.t('This text') : document.fileName,
      project.folder.name,
    ),
  );
}

/**
 * The document or, with a range that has words in it, the passage. Of a page or an e-mail the text is what the sources
 * read, not what stands in the editor; a passage of it is found again by its words.
 *
 * @throws AppError('text/outside'), AppError('text/not-read')
 */
export async function targetOf(
  project: Project,
  document: vscode.TextDocument,
  range?: vscode.Range,
): Promise<Target> {
  const place = placeOf(project, document);
  const text = document.getText();
  const passage = range && withoutMargins(document, range);
  if (!passage) {
    const said = isConverted(place.path) ? await fileText(project.root, place.path) : text;
    return { document, text: { ...place, text: said } };
  }
  return { document, range: passage, text: { ...place, text, range: offsetsOf(document, passage) } };
}

/** `hashOf` a document's text as `documentLabel` wants it: unknown where the text is not what stands in the editor. */
export function editorHash(path: string, text: string): string | undefined {
  return isConverted(path) ? undefined : hashOf(text);
}

/** What is selected by hand often takes a blank or a line end along. Undefined when nothing else is there. */
function withoutMargins(document: vscode.TextDocument, range: vscode.Range): vscode.Range | undefined {
  const words = document.getText(range);
  if (words.trim() === '') return undefined;
  const start = document.offsetAt(range.start) + words.length - words.trimStart().length;
  return rangeOf(document, { start, end: start + words.trim().length });
}

/** The active editor. @throws MissingError when none is open */
export function activeEditor(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor;
  if (editor) return editor;
  throw new MissingError('text/none', vscode.l10n.t('No text is open; open the next one without a label.'), {
    title: vscode.l10n.t('Label Next'),
    command: 'nanonet.labelNext',
  });
}

/** The text itself: the passage, the row, or the whole document. */
export function contentOf({ text: { text, range } }: Target): string {
  return range ? text.slice(range.start, range.end) : text;
}

export function offsetsOf(document: vscode.TextDocument, range: vscode.Range): TextRange {
  return { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
}

export function rangeOf(document: vscode.TextDocument, { start, end }: TextRange): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
