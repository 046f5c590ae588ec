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
  againBlockMs: number;
}

const changed = 10;
const leftAfter = 512;
const settledMs = 2000;
const figuresFile = process.env['NANONET_WORKSPACE_FIGURES'] ?? '';
const [folder] = vscode.workspace.workspaceFolders ?? [];
assert.ok(folder);
const at = (path: string): string => vscode.Uri.joinPath(folder.uri, path).fsPath;

/** Paths of the answers in the file, in the order in which they were computed. */
async function answered(): Promise<string[]> {
  const content = await readFile(at('.nanonet/news/results/predictions.jsonl'), 'utf8').catch(() => '');
  return content.split('\n').flatMap((line) => /^\{"path":"([^"]*)"/.exec(line)?.[1] ?? []);
}

/** What the host did while a command ran: what this suite itself reads in between is not the extension's doing. */
class Watched {
  blockMs = 0;
  gapMs = 0;

  async run(command: string, meanwhile?: () => Promise<void>): Promise<number> {
    const watch = longestBlock();
    const begun = performance.now();
    const ended = vscode.commands.executeCommand(command);
    await meanwhile?.();
    await ended;
    const ms = performance.now() - begun;
    // What follows from its end.
    await setTimeout(settledMs);
    const { blockMs, gapMs } = watch.stop();
    this.blockMs = Math.max(this.blockMs, blockMs);
    this.gapMs = Math.max(this.gapMs, gapMs);
    return ms;
  }
}

describe('a large workspace', () => {
  it('is classified', async () => {
    await vscode.commands.executeCommand('nanonet.results.focus');
    // The other views read the texts first.
    await setTimeout(Number(process.env['NANONET_WORKSPACE_SETTLE_MS'] ?? 0));
    const watched = new Watched();

    let asked = Infinity;
    const begun = performance.now();
    const leftMs = await watched.run('nanonet.classifyWorkspace', async () => {
      while ((await answered()).length < leftAfter) await setTimeout(300);
      asked = performance.now();
      await vscode.commands.executeCommand('nanonet.stopClassifying');
    });
    const cancelMs = begun + leftMs - asked;
    const keptAtCancel = (await answered()).length;

    const wholeMs = await watched.run('nanonet.classifyWorkspace');
    const whole = await answered();
    const texts = new Set(whole).size;
    const { blockMs, gapMs } = watched;

    const paths = [...new Set(whole)]
      .filter((_, i) => i % Math.floor(texts / changed) === 0)
      .slice(0, changed);
    for (const path of paths) await writeFile(at(path), `${await readFile(at(path), 'utf8')} Changed.\n`);
    const after = new Watched();
    const againMs = await after.run('nanonet.classifyWorkspace');
    const computedAgain = (await answered()).length - whole.length;
    const figures: WorkspaceFigures = {
      ...{ blockMs, gapMs, cancelMs, keptAtCancel, wholeMs, texts, twice: whole.length - texts },
      ...{ changed: paths.length, againMs, computedAgain, againBlockMs: after.blockMs },
    };
    await writeFile(figuresFile, JSON.stringify(figures));
  });
});
