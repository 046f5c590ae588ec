/** Documents that are no text files, and commits, in the editor: opened as text, labelled, and told apart. */
import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

interface Line {
  readonly op: string;
  readonly label?: string;
  readonly text: { readonly path: string; readonly part?: string; readonly excerpt: string };
}

function at(path: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  return vscode.Uri.joinPath(folder.uri, path);
}

async function journal(): Promise<Line[]> {
  const content = await readFile(at('.nanonet/papers/labels.jsonl').fsPath, 'utf8').catch(() => '');
  return content.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
}

async function openNext(): Promise<vscode.TextDocument> {
  await vscode.commands.executeCommand('nanonet.labelNext');
  const editor = vscode.window.activeTextEditor;
  assert.ok(editor, 'a text is open');
  return editor.document;
}

describe('documents in the editor', () => {
  it('become sources from the explorer with Enter alone', async () => {
    for (const path of ['papers/a.pdf', 'papers/b.docx']) {
      let isAdded = false;
      const adding = vscode.commands.executeCommand('nanonet.addSource', at(path));
      void adding.then(() => (isAdded = true));
      while (!isAdded) {
        await setTimeout(200);
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      }
    }
    const { sources } = JSON.parse(await readFile(at('.nanonet/papers/classifier.json').fsPath, 'utf8')) as {
      sources: object[];
    };
    assert.deepEqual(sources, [
      { kind: 'commits' },
      { kind: 'files', glob: 'papers/a.pdf' },
      { kind: 'files', glob: 'papers/b.docx' },
    ]);
  });

  it('open as their text and are labelled as the file that they are', async () => {
    const commit = await openNext();
    assert.equal(commit.getText(), 'Add two papers');
    await vscode.commands.executeCommand('nanonet.label', { label: 'bad' });
    const said = (await journal()).at(-1);
    assert.match(`${said?.label} ${said?.text.path} ${said?.text.part}`, /^bad \.git commit [0-9a-f]{12}$/);
    for (const [path, text] of [
      ['papers/a.pdf', 'Words of a page'],
      ['papers/b.docx', 'Words of a document'],
    ] as const) {
      await vscode.commands.executeCommand('nanonet.label', { label: 'good', uri: at(path) });
      const line = (await journal()).at(-1);
      assert.equal(`${line?.label} ${line?.text.path} ${line?.text.excerpt}`, `good ${path} ${text}`);
    }
    await vscode.commands.executeCommand('nanonet.undoLabel');
    const open = await openNext();
    assert.equal(open.getText(), 'Words of a document');
    await vscode.commands.executeCommand('nanonet.label', { label: 'bad', uri: open.uri });
    assert.equal((await journal()).at(-1)?.text.path, 'papers/b.docx');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      open.uri,
      new vscode.Position(0, 0),
    );
    const told = hovers.flatMap(({ contents }) =>
      contents.map((part) => (part as vscode.MarkdownString).value.replaceAll('&nbsp;', ' ')),
    );
    assert.match(told.join('\n'), /papers: bad/);
  });

  it('that cannot be read are not labelled', async () => {
    const before = (await journal()).length;
    await vscode.commands.executeCommand('nanonet.label', { label: 'good', uri: at('broken.pdf') });
    assert.equal((await journal()).length, before);
  });
});
