/** A panel's page. It may load what the extension brings, and nothing else. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** What the webview may read: nothing of the workspace. */
export function panelRoots(extensionUri: vscode.Uri): vscode.Uri[] {
  return [vscode.Uri.joinPath(extensionUri, 'dist', 'webview'), vscode.Uri.joinPath(extensionUri, 'media')];
}

/** @param page its folder in `webview/`: names its script, its style sheet and its one element */
export function panelHtml(webview: vscode.Webview, extensionUri: vscode.Uri, page: string): string {
  const nonce = randomBytes(16).toString('base64');
  const uri = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', name)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
  <head>
    <meta charset="UTF-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${uri('codicon.css')}" id="vscode-codicon-stylesheet">
    <link rel="stylesheet" href="${uri(`${page}.css`)}">
    <title>NanoNet</title>
  </head>
  <body>
    <nanonet-${page}></nanonet-${page}>
    <script nonce="${nonce}" src="${uri(`${page}.js`)}"></script>
  </body>
</html>`;
}
