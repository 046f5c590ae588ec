/** A large workspace is classified from inside the extension host: left once, to the end, and after a few changes. */
import { strict as assert } from 'node:assert';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { longestBlock } from '../../../editor/host/longestBlock';

/** What the host found out: milliseconds and numbers of texts. */
export interface WorkspaceFigures {
  /** Of the host, while all this went on; and the longest that one of its timers waited. */
  blockMs: number;
  gapMs: number;
  cancelMs: number;
  keptAtCancel: number;
  /** To the end, from where it was left. */
  wholeMs: number;
  texts: number;
  /** How many were computed twice, though it was left in between. */
  twice: number;
  changed: number;
  againMs: number;
  computedAgain: number;
}

const changed = 10;
const figuresFile = process.env['NANONET_WORKSPACE_FIGURES'] ?? '';
const [folder] = vscode.workspace.workspaceFolders ?? [];
assert.ok(folder);
const at = (path: string): string => vscode.Uri.joinPath(folder.uri, path).fsPath;

/** Paths of the answers in the file, in the order in which they were computed. */
async function answered(): Promise<string[]> {
  const content = await readFile(at('.nanonet/news/results/predictions.jsonl'), 'utf8').catch(() => '');
  return content.split('\n').flatMap((line) => /^\{"path":"([^"]*)"/.exec(line)?.[1] ?? []);
}

const run = async (command: string): Promise<void> => void (await vscode.commands.executeCommand(command));

describe('a large workspace', () => {
  it('is classified', async () => {
    await run('nanonet.results.focus');
    // The other views read the texts first.
    await setTimeout(Number(process.env['NANONET_WORKSPACE_SETTLE_MS'] ?? 0));
    const watch = longestBlock();

    const first = run('nanonet.classifyWorkspace');
    while ((await answered()).length < 512) await setTimeout(300);
    const asked = performance.now();
    await run('nanonet.stopClassifying');
    await first;
    const cancelMs = performance.now() - asked;
    const keptAtCancel = (await answered()).length;

    const begun = performance.now();
    await run('nanonet.classifyWorkspace');
    const wholeMs = performance.now() - begun;
    const whole = await answered();
    const texts = new Set(whole).size;

    const paths = [...new Set(whole)]
      .filter((_, i) => i % Math.floor(texts / changed) === 0)
      .slice(0, changed);
    for (const path of paths) await writeFile(at(path), `${await readFile(at(path), 'utf8')} Changed.\n`);
    const againBegun = performance.now();
    await run('nanonet.classifyWorkspace');
    const againMs = performance.now() - againBegun;
    const computedAgain = (await answered()).length - whole.length;
    const figures: WorkspaceFigures = {
      ...{ ...watch.stop(), cancelMs, keptAtCancel, wholeMs, texts, twice: whole.length - texts },
      ...{ changed: paths.length, againMs, computedAgain },
    };
    await writeFile(figuresFile, JSON.stringify(figures));
  });
});
