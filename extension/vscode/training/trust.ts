/** What waits for the person's trust in the workspace. */
import * as vscode from 'vscode';
import { MissingError } from '../report';

/** @throws MissingError in a workspace that is not trusted: its settings and models decide what is computed */
export function mayCompute(): void {
  if (vscode.workspace.isTrusted) return;
  throw new MissingError(
    'workspace/not-trusted',
    vscode.l10n.t('Training and classifying wait until you trust this workspace; labelling works as it is.'),
    { title: vscode.l10n.t('Manage Trust'), command: 'workbench.trust.manage' },
  );
}
