/** Files sorted by label and results exported, in a real VS Code: looked at before, done, undone. */
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shallowBase } from '../engine/learn/tinyRun';
import { closeExtension, openExtension, pictureFailures, soon } from './harness/extension';
import type { Workbench } from './harness/workbench';
import { sampleWorkspace, type SampleWorkspace } from './sampleWorkspace';
import { trainSample } from './trainSample';

let base: string;
let workspace: SampleWorkspace;
let code: Workbench;
let mails: string[];

const at = (...path: string[]): string => join(workspace.folder, ...path);
const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(at(folder), { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

beforeAll(async () => {
  base = await shallowBase();
  workspace = await sampleWorkspace({ base, students: [[0], [1]], windowTokens: 24 });
  await trainSample(workspace.folder, { seed: 1, steps: 16 });
  mails = await filesIn('mails');
  code = await openExtension(workspace.folder, { name: 'sort', theme: 'dark' });
  await code.activityBar('NanoNet');
  await code.runCommand('NanoNet: Classify Workspace');
  await code.toast(`${mails.length} classified`);
  await code.runCommand('Notifications: Clear All Notifications');
}, 480_000);

pictureFailures(() => code);

afterAll(async () => {
  await closeExtension(code);
  await workspace?.remove();
  await rm(base, { recursive: true, force: true });
});

async function sort(how: 'Move them' | 'Copy them', folder: string): Promise<void> {
  await code.runCommand('NanoNet: Sort Files by Label…');
  await code.quickPick(how);
  await code.page.locator('.quick-input-widget', { hasText: 'which gets a folder for each label' }).waitFor();
  await code.quickInput(folder);
  await code.page.getByRole('button', { name: 'Apply', exact: true }).waitFor({ timeout: 60_000 });
}

/** By a person: these are sorted whatever the model says. */
const labelled = 30;

describe('files', () => {
  it('are sorted by a preview that is left, and nothing has happened', async () => {
    await sort('Move them', 'sorted');
    for (const theme of ['light', 'hc', 'dark'] as const) {
      await code.setTheme(theme);
      await code.screenshot(`sort-preview-${theme}`);
    }
    await code.page.getByRole('button', { name: 'Discard', exact: true }).click();
    await soon(() => filesIn('mails')).toEqual(mails);
    expect(await filesIn('sorted')).toEqual([]);
  });

  it('are moved into a folder for each label, and back by undo', async () => {
    await mkdir(at('sorted', 'spam'), { recursive: true });
    const journal = await workspace.journal();
    const taken = journal.find(({ label }) => label === 'spam')?.text.path.replace('mails/', '') ?? '';
    await writeFile(at('sorted', 'spam', taken), 'Another text of that name.');
    await sort('Move them', 'sorted');
    await code.toast(`a file of their name is there, or two have the same: mails/${taken}`);
    await code.page.getByRole('button', { name: 'Apply', exact: true }).click();
    await soon(async () => (await filesIn('sorted')).length).toBeGreaterThanOrEqual(labelled);
    const moved = await filesIn('sorted');
    expect([...new Set([...(await filesIn('mails')), ...moved])].sort()).toEqual(mails);
    expect(await readFile(at('sorted', 'spam', taken), 'utf8')).toBe('Another text of that name.');
    expect((await readdir(at('sorted'))).sort()).toEqual(['newsletter', 'personal', 'spam']);
    const toast = await code.toast('They are no texts of “mail” any more');
    await code.screenshot('sort-moved-dark');
    await toast.getByRole('button', { name: 'Undo' }).click();
    await soon(() => filesIn('mails')).toEqual(mails);
    expect(await filesIn('sorted')).toEqual([taken]);
  });

  it('are copied, and stay where they are', async () => {
    await sort('Copy them', 'copies');
    await code.page.getByRole('button', { name: 'Apply', exact: true }).click();
    await soon(async () => (await filesIn('copies')).length).toBeGreaterThanOrEqual(labelled);
    expect(await filesIn('mails')).toEqual(mails);
    for (const label of await readdir(at('copies'))) {
      for (const name of await readdir(at('copies', label))) {
        expect(await readFile(at('copies', label, name))).toEqual(await readFile(at('mails', name)));
      }
    }
  });
});

describe('results', () => {
  it('are exported as a table', async () => {
    await code.runCommand('NanoNet: Export Results…');
    await code.page.locator('.quick-input-widget', { hasText: 'Export results' }).waitFor();
    const name = code.page.locator('.quick-input-widget input.input');
    await soon(() => name.inputValue()).toBe(at('mail results.csv'));
    await code.page.keyboard.press('Enter');
    await code.toast('54 results are in');
    const rows = parse(await readFile(at('mail results.csv')), { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(54);
    expect(rows.map(({ file }) => file?.replace('mails/', '')).sort()).toEqual(mails);
    expect(rows.filter(({ given }) => given !== '')).toHaveLength(labelled);
    await code.screenshot('export-dark');
  });
});
