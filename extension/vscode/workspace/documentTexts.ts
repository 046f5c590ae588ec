/** What the editor cannot show as text, as a text to read: Word documents, PDF, commit messages. */
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { AppError } from '../../protocol/appError';
import { readCommit } from '../../sources/commits';
import { documentFormatOf } from '../../sources/extract/format';
import { readPaths } from '../../sources/files';
import { storedScheme } from './storedPlace';

/** The path is the document's. That of a commit is its part in the folder, and the query says so. */
const scheme = 'nanonet-text';

/** Documents that may be texts of a project. */
export const textDocuments: vscode.DocumentSelector = [
  { scheme: 'file' },
  { scheme },
  { scheme: storedScheme },
];

export function provideDocumentTexts(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, { provideTextDocumentContent: textAt });
}

/** The text of a file, read-only where it had to be extracted. @throws AppError('text/not-read') */
export async function openFile(file: vscode.Uri): Promise<vscode.TextDocument> {
  const isText = file.scheme !== 'file' || documentFormatOf(file.path) === undefined;
  return isText ? vscode.workspace.openTextDocument(file) : open(file.with({ scheme }));
}

/** @param part as `readCommits` names it. @throws AppError('text/not-read') */
export function openCommit(root: string, part: string): Promise<vscode.TextDocument> {
  return open(vscode.Uri.file(join(root, part)).with({ scheme, query: 'commit' }));
}

/** The commit whose message a document shows, as a part, and the folder that it was asked of. */
export function commitOf(uri: vscode.Uri): { readonly root: string; readonly part: string } | undefined {
  if (uri.scheme !== scheme || uri.query !== 'commit') return undefined;
  return { root: dirname(uri.fsPath), part: basename(uri.fsPath) };
}

/** The file whose text a document shows; undefined where it shows another. */
export function fileOf(uri: vscode.Uri): vscode.Uri | undefined {
  if (uri.scheme === scheme && uri.query === '') return uri.with({ scheme: 'file' });
  return uri.scheme === 'file' ? uri : undefined;
}

/** The text that the sources read of a file. @param path in the folder. @throws AppError('text/not-read') */
export async function fileText(folder: string, path: string): Promise<string> {
  const { texts, problems } = await readPaths(folder, [path]);
  if (texts[0]) return texts[0].text;
  throw new AppError('text/not-read', vscode.l10n.t('{0}: {1}.', path, problems[0]?.reason ?? ''));
}

async function open(uri: vscode.Uri): Promise<vscode.TextDocument> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch (error) {
    // The editor's error says that there is no text, this one why.
    await textAt(uri);
    throw error;
  }
}

async function textAt(uri: vscode.Uri): Promise<string> {
  const [folder, name] = [dirname(uri.fsPath), basename(uri.fsPath)];
  if (commitOf(uri)) {
    const message = await readCommit(folder, name);
    if (message !== undefined) return message;
    throw new AppError('text/not-read', vscode.l10n.t('There is no {0} in {1}.', name, folder));
  }
  return fileText(folder, name);
}
