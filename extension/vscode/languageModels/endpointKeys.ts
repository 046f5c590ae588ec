/** Keys of endpoints, in the editor's secret storage: one for each host, so that none is sent to another one. */
import * as vscode from 'vscode';
import { checkedKey, completionsUrl } from '../../chat/endpoint';
import { endpointSettings } from '../settings';

export class EndpointKeys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  of(url: string): Thenable<string | undefined> {
    return this.secrets.get(nameOf(url));
  }

  /** Asks for the key of the endpoint that is set; an empty one is forgotten. @throws AppError('chat/endpoint') */
  async ask(): Promise<void> {
    const { url } = endpointSettings();
    const { host } = completionsUrl({ url });
    const key = await vscode.window.showInputBox({
      title: vscode.l10n.t('Key for {0}', host),
      prompt: vscode.l10n.t(
        'It is kept in the editor’s secret storage. Leave it empty to forget the one that is kept.',
      ),
      password: true,
      ignoreFocusOut: true,
    });
    if (key === undefined) return;
    if (key.trim() === '') await this.secrets.delete(nameOf(url));
    else await this.secrets.store(nameOf(url), checkedKey(key));
  }
}

function nameOf(url: string): string {
  return `nanonet.committee.key ${completionsUrl({ url }).host}`;
}
