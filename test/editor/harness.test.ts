import { cp, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkbench } from './harness/browser';
import { bundleFixture, bundleHostTests } from './harness/bundle.mjs';
import { hostTests } from './harness/hostTests';
import { stillRunning } from './harness/processTree.mjs';
import { startVsCode, type VsCodeServer } from './harness/server';
import type { Workbench } from './harness/workbench';

let workspace: string;
let extension: string;

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'nanonet workspace '));
  await writeFile(join(workspace, 'poem.txt'), 'roses are red\nviolets are blue\nmarked\n');
  extension = await bundleFixture();
});

afterAll(async () => {
  await rm(workspace, { recursive: true, force: true });
});

describe('a workbench', () => {
  let server: VsCodeServer;
  let code: Workbench;

  beforeAll(async () => {
    server = await startVsCode({ workspace, extensionDevelopmentPath: extension, name: 'harness' });
    code = await openWorkbench(server, { theme: 'light' });
  });

  afterAll(async () => {
    await code?.close();
    await server?.stop();
  });

  it('runs a command and shows its toast', async () => {
    await code.runCommand('Fixture: Greet');
    const toast = await code.toast('Hello ""');
    await toast.getByRole('button', { name: 'And you' }).click();
    await code.toast('Answered And you');
  });

  it('opens a file, reads it and selects in it', async () => {
    await code.openFile('poem.txt');
    await expect.poll(() => code.editorText()).toBe('roses are red\nviolets are blue\nmarked\n');
    await code.select({ line: 1, column: 11, endLine: 2, endColumn: 8 });
    await code.runCommand('Fixture: Greet');
    await code.toast(String.raw`Hello "red\nviolets"`);
  });

  it('reads what decorations attach', async () => {
    await code.openFile('poem.txt');
    await expect.poll(() => code.editorAttachments()).toEqual([' ● chip']);
  });

  it('answers quick picks, input boxes and dialogs', async () => {
    await code.runCommand('Fixture: Choose Colour');
    await code.quickPick('green');
    await code.quickInput('leaf');
    const dialog = await code.dialog('Chose green leaf');
    await dialog.getByRole('button', { name: 'Fine' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });

  it('shows a tree, opens it and acts on its rows', async () => {
    await code.activityBar('Fixture');
    const shelf = await code.tree('Shelf');
    await expect.poll(async () => (await shelf.rows()).map((row) => row.label)).toEqual(['Bowl', 'Bag']);
    await shelf.expand('Bowl');
    await shelf.row('Apple').waitFor();
    const [bowl, apple] = await shelf.rows();
    expect(bowl).toMatchObject({ label: 'Bowl', description: '2 in it', level: 1, expanded: true });
    expect(apple).toMatchObject({ label: 'Apple', level: 2, expanded: null });

    await shelf.inlineAction('Apple', 'Reveal');
    await code.toast('Revealed Apple');
    await shelf.contextMenu('Pear');
    await code.menu('Reveal');
    await code.toast('Revealed Pear');
    await code.section('Empty').getByRole('button', { name: 'Greet' }).waitFor();
  });

  it('talks to a webview and through it to the host', async () => {
    await code.runCommand('Fixture: Open Panel');
    const panel = await code.webview('Fixture Panel');
    await panel.getByRole('button', { name: 'Ping' }).click();
    await panel.getByText('host heard ping').waitFor();
    await code.statusBar('Fixture pinged').waitFor();
  });

  it('changes the theme and takes screenshots', async () => {
    const sizes = new Set<number>();
    for (const theme of ['dark', 'hc', 'hcLight', 'light'] as const) {
      await code.setTheme(theme);
      sizes.add((await stat(await code.screenshot(`harness-${theme}`))).size);
    }
    expect(sizes.size).toBe(4); // four pictures, not one four times
  });

  it('comes back after a reload', async () => {
    await code.reload();
    await code.runCommand('Fixture: Greet');
    await code.toast('Hello');
  });

  it('leaves no process and no user data behind', async () => {
    const processes = server.processes;
    expect(processes.length).toBeGreaterThan(2); // the server, VS Code's part of it, the extension host
    await server.stop();
    expect(server.processes).toEqual([]);
    expect(stillRunning(processes)).toEqual([]);
  });
});

describe('tests inside the extension host', () => {
  let suite: string;

  beforeAll(async () => {
    suite = await bundleHostTests(join(import.meta.dirname, 'harness', 'fixture'));
  });

  const run = (env: Record<string, string>) =>
    hostTests({ extensionDevelopmentPath: extension, extensionTestsPath: suite, workspace, env });

  it('pass', async () => {
    const { exitCode, results } = await run({ FIXTURE_SAYS: 'hello' });
    expect(results.map(({ state, error }) => ({ state, error }))).toEqual(
      Array(3).fill({ state: 'passed', error: null }),
    );
    expect(exitCode).toBe(0);
  });

  it('fail when one of them does', async () => {
    const { exitCode, results, log } = await run({ FIXTURE_SAYS: 'hello', FIXTURE_FAILS: '1' });
    expect(exitCode).toBe(1);
    const failed = results.filter((result) => result.state === 'failed');
    expect(failed).toHaveLength(1);
    expect(failed[0]?.title).toContain('fails when it is told to');
    expect(failed[0]?.error).toContain('told to fail');
    expect(log).toContain('told to fail');
  });

  it('fail when there is none', async () => {
    const empty = join(workspace, 'empty-suite');
    await mkdir(empty);
    await cp(suite, join(empty, 'index.js'));
    const { exitCode } = await hostTests({
      extensionDevelopmentPath: extension,
      extensionTestsPath: empty,
      workspace,
    });
    expect(exitCode).toBe(1);
  });
});
