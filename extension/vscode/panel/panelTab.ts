/** A webview in an editor tab: at most one of a kind, which may come, go and be restored while the host lives on. */
import * as vscode from 'vscode';
import type { Handlers, Notifications, Requests, RpcServer } from '../../protocol/rpc';
import { Disposable } from '../disposable';
import { panelHtml, panelRoots } from './panelHtml';

interface Shown<R extends Requests<R>, N extends Notifications<N>> {
  readonly panel: vscode.WebviewPanel;
  /** Comes when its code is loaded. */
  server?: RpcServer<R, N>;
}

export abstract class PanelTab<R extends Requests<R>, N extends Notifications<N>>
  extends Disposable
  implements vscode.WebviewPanelSerializer
{
  private shown: Shown<R, N> | undefined;
  private readonly viewType: string;

  /** @param page its folder in `webview/` */
  protected constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly page: string,
  ) {
    super();
    this.viewType = `nanonet.${page}`;
    this.own(vscode.window.registerWebviewPanelSerializer(this.viewType, this));
    this.own({ dispose: () => this.shown?.panel.dispose() });
  }

  /** In the active column, or in front when it is open already. */
  async open(): Promise<void> {
    if (this.shown) return this.shown.panel.reveal();
    const { Active } = vscode.ViewColumn;
    const options = { enableScripts: true };
    await this.attach(vscode.window.createWebviewPanel(this.viewType, this.title(), Active, options));
  }

  /** After a reload of the window. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.shown?.panel.dispose();
    await this.attach(panel);
  }

  protected get isOpen(): boolean {
    return this.shown !== undefined;
  }

  /** Sends to the webview, if there is one, and keeps the tab's title. */
  protected tell<M extends keyof N & string>(method: M, params: N[M]): void {
    if (!this.shown) return;
    void this.shown.server?.notify(method, params);
    this.shown.panel.title = this.title();
  }

  protected abstract title(): string;
  protected abstract handlers(): Handlers<R>;
  /** The tab came to the front, or left it. */
  protected onDidShow?(isActive: boolean): void;

  private async attach(panel: vscode.WebviewPanel): Promise<void> {
    const shown: Shown<R, N> = { panel };
    this.shown = shown;
    panel.onDidChangeViewState(() => this.onDidShow?.(panel.active));
    panel.onDidDispose(() => {
      shown.server?.dispose();
      if (this.shown !== shown) return;
      this.shown = undefined;
      this.onDidShow?.(false);
    });
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: panelRoots(this.extensionUri) };
    const icon = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(this.extensionUri, 'media', `panel-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    // Loaded when a panel shows, not when the extension starts.
    const { servePanel } = await import('../../protocol/panelConnection');
    if (this.shown !== shown) return;
    shown.server = servePanel<R, N>(
      {
        post: (message) => void webview.postMessage(message),
        listen: (listener) => webview.onDidReceiveMessage(listener),
      },
      this.handlers(),
    );
    webview.html = panelHtml(webview, this.extensionUri, this.page);
    this.onDidShow?.(panel.active);
  }
}
