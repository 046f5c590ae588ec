/** How soon a selection has its answer, from the command to the decoration that is handed to the editor. */
import { writeFile } from 'node:fs/promises';
import { it } from 'mocha';
import * as vscode from 'vscode';

const times = 200;

it('classifies selections', async () => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const file = vscode.Uri.joinPath(folder?.uri as vscode.Uri, 'texts.txt');
  const editor = await vscode.window.showTextDocument(file);
  const measured: number[] = [];
  for (let at = 0; at < times; at += 1) {
    const { range } = editor.document.lineAt(at % editor.document.lineCount);
    editor.selection = new vscode.Selection(range.start, range.end);
    const start = performance.now();
    await vscode.commands.executeCommand('nanonet.classifySelection');
    measured.push(performance.now() - start);
    // A person reads the answer.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await writeFile(process.env['NANONET_FIGURES'] ?? '', JSON.stringify(measured));
});
