/** Trained models as a person handles them in a real VS Code: look, use another, name, read the card, compare, delete. */
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFaultsIn } from '../browser/axe';
import { shallowBase } from '../engine/learn/tinyRun';
import { closeExtension, openExtension, pictureFailures, soon } from './harness/extension';
import type { Tree } from './harness/tree';
import { until } from './harness/until';
import type { Workbench } from './harness/workbench';
import type { SampleWorkspace } from './sampleWorkspace';
import { sampleWorkspace } from './sampleWorkspace';
import { trainSample } from './trainSample';

let base: string;
let workspace: SampleWorkspace;
let code: Workbench;
let classifiers: Tree;

const project = (...path: readonly string[]): string => join(workspace.folder, '.nanonet', 'mail', ...path);
beforeAll(async () => {
  base = await shallowBase();
  workspace = await sampleWorkspace({ base, students: [[0], [1]], windowTokens: 24 });
  await trainSample(workspace.folder, { seed: 1, steps: 16 });
  // Without the other texts and after one step it says something else of some.
  await trainSample(workspace.folder, { seed: 2, steps: 1, unlabelled: false, distillation: false });
  code = await openExtension(workspace.folder, { name: 'models', theme: 'light' });
  await code.activityBar('NanoNet');
  classifiers = await code.tree('Classifiers');
  await classifiers.row('v1').waitFor({ timeout: 60_000 });
}, 600_000);

pictureFailures(() => code);

afterAll(async () => {
  await closeExtension(code);
  await workspace?.remove();
  await rm(base, { recursive: true, force: true });
});

/** Presses a key that asks something; the key waits for the selection to have reached the extension. */
async function pressed(key: string, shown: Locator): Promise<void> {
  await until(`${key} to ask`, async () => {
    await code.page.keyboard.press(key);
    return shown.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    );
  });
}

/** What the tree says of a model. */
async function described(label: string): Promise<string | undefined> {
  return (await classifiers.rows()).find((row) => row.label === label)?.description;
}

describe('the models', () => {
  it('are listed with their date, figures and data, the used one marked', async () => {
    expect(await described('v2')).toMatch(/^today \S+.* {2}[01]\.\d\d {2}30 labels {2}✓$/);
    expect(await described('v1')).toMatch(/^today \S+.* {2}[01]\.\d\d {2}30 labels$/);
    await classifiers.expand('v1');
    await soon(() => described('texts')).toBe('30 with a label, 24 without');
    expect(await described('accuracy')).toMatch(/^[01]\.\d\d on given labels that were held out$/);
    await code.screenshot('models-tree-light');
    await classifiers.row('v1').locator('.monaco-tl-twistie').click();
  });

  it('roll back with one press, and stay so over a reload', async () => {
    await classifiers.inlineAction('v1', 'Use Model');
    await soon(() => described('v1')).toMatch(/✓$/);
    expect(await described('v2')).not.toMatch(/✓/);
    await code.reload();
    await code.activityBar('NanoNet');
    classifiers = await code.tree('Classifiers');
    await soon(() => described('v1')).toMatch(/✓$/);
  });

  it('are renamed', async () => {
    await classifiers.contextMenu('v1');
    await code.menu('Rename Model…');
    await code.page.locator('.quick-input-widget', { hasText: 'Name of v1' }).waitFor();
    await code.quickInput('before the holidays');
    await classifiers.row('before the holidays').waitFor();
    expect(JSON.parse(await readFile(project('models', 'choices.json'), 'utf8'))).toMatchObject({
      used: { version: 'v1', over: 'v2' },
      names: { v1: 'before the holidays' },
    });
  });

  it('show their card', async () => {
    // What was renamed comes from the disk once more; a row that is made anew meanwhile brings no model with it.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await classifiers.contextMenu('v2');
    await code.menu('Open Model Card');
    const card = await code.webview('Preview README.md');
    await card.getByRole('heading', { name: 'Intended use and limits' }).waitFor();
    await code.runCommand('View: Close All Editors');
  });

  it('mark in the label panel which words decided, and of a long text the passage', async () => {
    await code.runCommand('NanoNet: Open Label Panel');
    const panel = await code.webview('Label mail');
    await panel.locator('mark.passage').waitFor({ timeout: 60_000 });
    const said = panel.getByText(/^Underlined: words that speak most for (spam|newsletter|personal)\.$/);
    await said.waitFor();
    const text = (await panel.locator('.text').textContent()) ?? '';
    for (const word of await panel.locator('mark.decided').allTextContents()) expect(text).toContain(word);
    await panel.getByRole('button', { name: 'Show the Passage' }).press('Enter');
    for (const theme of ['dark', 'hc', 'light'] as const) {
      await code.setTheme(theme);
      expect(await axeFaultsIn(panel)).toEqual([]);
      await code.screenshot(`label-decided-${theme}`);
    }
    await code.runCommand('View: Close All Editors');
  });

  it('are compared: texts that get another answer, by what both say, and all pairs as a table', async () => {
    await classifiers.contextMenu('v2');
    await code.menu('Compare Models…');
    await code.page.locator('.quick-input-widget', { hasText: 'Compare v2 with which model?' }).waitFor();
    await code.page.keyboard.press('Enter');
    const header = code.page.locator('.pane-header[aria-label^="Comparison"]');
    await header.waitFor({ state: 'attached', timeout: 240_000 });
    const comparison = await code.tree('Comparison');
    await soon(async () => (await comparison.rows()).length).toBeGreaterThan(0);
    const rows = await comparison.rows();
    const changed = rows.reduce((sum, { description }) => sum + Number(description), 0);
    await code.page.getByText(`${changed} of 54 texts get another answer.`).first().waitFor();
    const [first] = rows;
    expect(first?.label).toMatch(/^(spam|newsletter|personal|\(unsure\)) → \S+$/);
    await comparison.expand(first?.label ?? '');
    await soon(async () => (await comparison.rows()).filter(({ level }) => level === 2).length).toBe(
      Number(first?.description),
    );
    const text = (await comparison.rows()).find(({ level }) => level === 2)?.label ?? '';
    await comparison.click(text);
    await code.page.locator(`.tab.active[data-resource-name="${text}"]`).waitFor();

    await comparison.element.hover();
    await code.section('Comparison').getByRole('button', { name: 'Show Comparison as Table' }).click();
    const table = await code.webview('Preview mail v1 v2.md');
    await table.getByText(`${changed} of 54 texts get another answer.`).waitFor();
    const last = await table.locator('table tr').last().locator('td').allTextContents();
    expect([last.at(0), last.at(-1)]).toEqual(['all', '54']);
    for (const theme of ['dark', 'hc', 'light'] as const) {
      await code.setTheme(theme);
      await code.screenshot(`models-comparison-${theme}`);
    }
    await comparison.element.hover();
    await code.section('Comparison').getByRole('button', { name: 'Close Comparison' }).click();
    await header.waitFor({ state: 'detached' });
    await code.runCommand('View: Close All Editors');
  });

  it('are exported as one file without any text, and imported from it', async () => {
    const archive = join(workspace.folder, 'before may.nanonet.zip');
    await classifiers.contextMenu('v2');
    await code.menu('Export Model…');
    await code.fileDialog('Export v2 of “mail”', archive);
    await code.page
      .getByText(/^Exported to before may\.nanonet\.zip \(.* MB\)/)
      .first()
      .waitFor({ timeout: 60_000 });
    await code.runCommand('Notifications: Clear All Notifications');

    await code.runCommand('NanoNet: Import Model…');
    await code.fileDialog('Import a model into “mail”', archive);
    await classifiers.row('before may').waitFor({ timeout: 60_000 });
    await soon(() => described('before may')).toMatch(/30 labels {2}✓$/);
    await code.screenshot('models-imported-light');
    const there = async (version: string) =>
      (await readdir(project('models', version), { recursive: true })).sort();
    expect(await there('v3')).toEqual(await there('v2'));
    for (const file of ['nanonet.json', 'onnx/model.onnx', 'onnx/model_quantized.onnx'])
      expect(
        (await readFile(project('models', 'v3', file))).equals(await readFile(project('models', 'v2', file))),
      ).toBe(true);

    await writeFile(archive, (await readFile(archive)).subarray(0, 100_000));
    await code.runCommand('Notifications: Clear All Notifications');
    await code.runCommand('NanoNet: Import Model…');
    await code.fileDialog('Import a model into “mail”', archive);
    await code.page
      .getByText(/is not taken: it is damaged or no zip/)
      .first()
      .waitFor({ timeout: 60_000 });
    expect(await readdir(project('models'))).not.toContain('v4');
    await code.runCommand('Notifications: Clear All Notifications');
  });

  it('are deleted when the person says so, with the texts of their run; labels stay', async () => {
    const labels = await readFile(project('labels.jsonl'));
    const asked = code.page.locator('.monaco-dialog-box', { hasText: 'Delete v2 of “mail”?' });
    await classifiers.row('v2').click();
    await pressed('Delete', asked);
    await code.screenshot('models-delete-light');
    await asked.getByRole('button', { name: 'Cancel' }).click();
    expect(await readdir(project('models'))).toContain('v2');
    await classifiers.row('v2').click();
    await pressed('Delete', asked);
    await asked.getByRole('button', { name: 'Move to Trash' }).click();
    // A server has no trash.
    await (await code.dialog('Delete it for good?')).getByRole('button', { name: 'Delete' }).click();
    await classifiers.row('v2').waitFor({ state: 'detached' });
    expect(await readdir(project('models'))).not.toContain('v2');
    expect(await readdir(project('runs', 'v2'))).toEqual(['deleted']);
    expect((await readFile(project('labels.jsonl'))).equals(labels)).toBe(true);
  });
});
