/** The tools of the editor's agent mode, called as it calls them. */
import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

type Answer = Record<string, unknown> & {
  readonly error?: string;
  readonly labels?: readonly { readonly name: string; readonly labelled: number }[];
  readonly answers?: readonly {
    readonly label: string;
    readonly score: number;
    readonly abstained: boolean;
  }[];
  readonly suggestions?: readonly {
    readonly path: string;
    readonly excerpt: string;
    readonly reason: { readonly kind: string };
  }[];
};

async function call(name: string, input: object, token?: vscode.CancellationToken): Promise<Answer> {
  const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined }, token);
  const [part] = content as vscode.LanguageModelTextPart[];
  assert.ok(part);
  return JSON.parse(part.value) as Answer;
}

const labels = ['spam', 'newsletter', 'personal'];

describe('the tools for agents', () => {
  it('are offered with what they do and take', () => {
    const own = vscode.lm.tools.filter(({ tags }) => tags.includes('nanonet'));
    assert.deepEqual(own.map(({ name }) => name).sort(), [
      'classify_text',
      'find_texts_by_label',
      'list_labels',
      'suggest_texts_to_label',
    ]);
    for (const { description, inputSchema } of own) {
      assert.ok(description.length > 20);
      assert.ok(inputSchema);
    }
  });

  it('list the labels, with how many texts have each', async () => {
    const { classifier, model, labels: listed } = await call('list_labels', {});
    assert.deepEqual([classifier, model], ['mail', 'v1']);
    assert.deepEqual(
      listed?.map(({ name, labelled }) => `${name} ${labelled}`),
      labels.map((name) => `${name} 10`),
    );
  });

  it('classify texts', async () => {
    const texts = ['You have won a prize, claim it now', 'Shall we meet at the station on Sunday?'];
    const { answers } = await call('classify_text', { texts });
    assert.equal(answers?.length, 2);
    for (const { label, score, abstained } of answers) {
      assert.ok(labels.includes(label));
      assert.ok(score > 0 && score <= 1);
      assert.equal(typeof abstained, 'boolean');
    }
  });

  it('suggest texts without a label, with how they begin', async () => {
    const { suggestions } = await call('suggest_texts_to_label', { count: 3 });
    assert.equal(suggestions?.length, 3);
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = (path: string): string => vscode.Uri.joinPath(folder.uri, path).fsPath;
    const journal = await readFile(file('.nanonet/mail/labels.jsonl'), 'utf8');
    for (const { path, excerpt, reason } of suggestions) {
      assert.ok(!journal.includes(JSON.stringify(path)), `${path} has no label`);
      assert.ok(excerpt.length > 0 && excerpt.length <= 200);
      assert.ok(['unsure', 'cover', 'rare', 'random'].includes(reason.kind));
    }
  });

  it('find texts by label, once the workspace is classified', async () => {
    const none = await call('find_texts_by_label', { label: 'spam' });
    assert.match(none.error ?? '', /not classified the workspace yet/);
    assert.equal(none['thePersonCan'], 'Classify Workspace');
    await vscode.commands.executeCommand('nanonet.classifyWorkspace');
    let all = 0;
    for (const label of labels) {
      const { texts, of } = await call('find_texts_by_label', { label, count: 5 });
      const found = texts as { path: string; label: string; score: number; excerpt: string }[];
      assert.ok(found.length <= 5 && found.every((text) => text.label === label && text.excerpt !== ''));
      const scores = found.map(({ score }) => score);
      assert.deepEqual(
        scores,
        [...scores].sort((a, b) => b - a),
      );
      all += Number(of);
    }
    assert.equal(all, 54);
  });

  it('say what is wrong with a call as their answer', async () => {
    assert.match(
      (await call('list_labels', { classifier: 'tea' })).error ?? '',
      /no classifier “tea”, but “mail”/,
    );
    assert.match((await call('classify_text', { texts: [] })).error ?? '', /The input is not right.*texts/s);
    assert.match(
      (await call('find_texts_by_label', { label: 'tea' })).error ?? '',
      /no label “tea”, but “spam”/,
    );
    assert.match((await call('suggest_texts_to_label', { count: 1000 })).error ?? '', /count/);
  });
});
