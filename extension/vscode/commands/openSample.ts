/** Copies the sample project to where the extension keeps its files, and opens it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { copySample } from '../../project/sampleProject';
import { AppError } from '../../protocol/appError';

/**
 * A copy that was labelled before is opened as it is.
 *
 * @param template of the installed extension
 * @param storage the extension's own folder
 * @throws AppError('sample/...')
 */
export async function openSample(template: string, storage: vscode.Uri): Promise<void> {
  if (!existsSync(template)) {
    throw new AppError(
      'sample/missing',
      vscode.l10n.t('{0} is missing; install the extension again.', template),
    );
  }
  const target = join(storage.fsPath, 'nanonet-sample');
  if (!existsSync(target)) await copySample(template, target);
  const nothingOpen = (vscode.workspace.workspaceFolders ?? []).length === 0;
  await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(target), {
    forceNewWindow: !nothingOpen,
  });
}
