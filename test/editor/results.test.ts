/** Results of a whole workspace in a real VS Code: classified, looked through, accepted, corrected, kept fresh. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { train } from '../../extension/engine/learn/trainingRun';
import { readClassifier } from '../../extension/project/classifierFile';
import { readCorpus } from '../../extension/project/corpus';
import { LabelJournal } from '../../extension/project/labelJournal';
import { prepareRun } from '../../extension/project/runs';
import { shallowBase, surroundings } from '../engine/learn/tinyRun';
import { closeExtension, openExtension, pictureFailures, soon } from './harness/extension';
import { Tree, type TreeRow } from './harness/tree';
import type { Workbench } from './harness/workbench';
import type { SampleWorkspace } from './sampleWorkspace';
import { sampleWorkspace } from './sampleWorkspace';

let base: string;
let workspace: SampleWorkspace;
let code: Workbench;
let results: Tree;

/** Mails of the sample, labelled or not. */
const mails = 54;

/** Rows of the open group whose texts have no label. */
async function unlabelled(): Promise<TreeRow[]> {
  const labelled = new Set((await workspace.journal()).map(({ text }) => text.path));
  return (await texts()).filter(({ label }) => !labelled.has(`mails/${label}`));
}

/** A model that is trained in seconds. */
async function trained(root: string): Promise<void> {
  const classifier = await readClassifier(root, 'mail');
  const corpus = await readCorpus(root, classifier, await LabelJournal.open(root, 'mail'));
  const { params } = await prepareRun(root, classifier, corpus, { now: new Date() });
  await train(params, surroundings());
}

/** The message after a pass, with its buttons; the engine starts with the first one. */
async function told(text: string): Promise<Locator> {
  const toast = code.page.locator('.notification-toast', { hasText: text }).first();
  await toast.waitFor({ timeout: 240_000 });
  return toast;
}

const groups = async (): Promise<TreeRow[]> => (await results.rows()).filter(({ level }) => level === 1);
const counted = async (): Promise<number> =>
  (await groups()).reduce((sum, { description }) => sum + Number(description), 0);

/** The rows of the group that is open. */
const texts = async (): Promise<TreeRow[]> => (await results.rows()).filter(({ level }) => level === 2);

beforeAll(async () => {
  base = await shallowBase();
  workspace = await sampleWorkspace({
    base,
    students: [[0], [1]],
    windowTokens: 24,
    steps: 16,
    targetPrecision: 0.3,
  });
  await trained(workspace.folder);
  await mkdir(join(workspace.folder, 'drafts'));
  await writeFile(
    join(workspace.folder, 'drafts', 'offer.txt'),
    'Cheap loans, approved today, click here now!',
  );
  code = await openExtension(workspace.folder, {
    ...{ name: 'results', theme: 'light' },
    settings: { 'nanonet.results.badges': true },
  });
  await code.activityBar('NanoNet');
}, 600_000);

pictureFailures(() => code);

afterAll(async () => {
  await closeExtension(code);
  await workspace?.remove();
  await rm(base, { recursive: true, force: true });
});

describe('the results', () => {
  it('say what there is to do as long as there are none', async () => {
    const section = code.section('Results');
    const header = code.page.locator('.pane-header[aria-label^="Results"]');
    await header.waitFor({ state: 'attached', timeout: 60_000 });
    if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
    await section.getByRole('button', { name: 'Classify Workspace' }).waitFor();
    await code.screenshot('results-welcome-light');
    await section.getByRole('button', { name: 'Classify Workspace' }).click();
    const toast = await told(`${mails} classified, ${mails} of them anew`);
    await toast.getByRole('button', { name: 'Show Results' }).click();
    results = await code.tree('Results');
    // Only rows that are in view are there to be seen.
    for (const name of ['Classifiers', 'Texts'])
      await code.page.locator(`.pane-header[aria-label^="${name}"]`).click();
    await soon(counted).toBe(mails);
    expect((await groups()).every(({ label }) => /^(spam|newsletter|personal|unsure)$/.test(label))).toBe(
      true,
    );
  });

  it('show the surest first, each opens its text and leaves the keys in the tree', async () => {
    const first = (await groups()).find(({ label }) => label !== 'unsure')?.label ?? '';
    await results.expand(first);
    await soon(async () => (await texts()).length).toBeGreaterThan(0);
    const scores = (await texts()).map(({ description }) => Number.parseFloat(description));
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    const [row] = await texts();
    await results.click(row?.label ?? '');
    await code.page.locator(`.tab.active[data-resource-name="${row?.label}"]`).waitFor();
    for (const theme of ['dark', 'hc', 'light'] as const) {
      await code.setTheme(theme);
      await code.screenshot(`results-${theme}`);
    }
  });

  it('stand in the explorer, if wanted, where a person has said nothing', async () => {
    const [row] = await unlabelled();
    await results.click(row?.label ?? '');
    // The tab carries the same badge as the explorer.
    const tab = code.page.locator(`.tab.active[data-resource-name="${row?.label}"] .monaco-icon-label`);
    await soon(() => tab.evaluate((label) => getComputedStyle(label, '::after').content)).toMatch(
      /^"[snp]\?"$/,
    );
  });

  it('are computed again for what has changed alone, and told', async () => {
    const path = (await readFile(join(workspace.folder, '.nanonet/mail/results/predictions.jsonl'), 'utf8'))
      .split('\n')
      .map((line) => (line === '' ? {} : (JSON.parse(line) as { path?: string })).path)
      .find((one) => one !== undefined);
    const file = join(workspace.folder, path ?? '');
    await writeFile(file, `${await readFile(file, 'utf8')}\nPS: one more line.\n`);
    await code.runCommand('NanoNet: Classify Workspace');
    await told(`${mails} classified, 1 of them anew`);
    await code.runCommand('Notifications: Clear All Notifications');
  });

  it('are narrowed by score, words and what has changed', async () => {
    await code.runCommand('NanoNet: Filter Results by Score…');
    await code.page.locator('.quick-input-widget', { hasText: 'Lowest score' }).waitFor();
    await code.page.keyboard.type('100');
    await code.page.locator('.quick-input-list .label-name', { hasText: 'at least 100 %' }).waitFor();
    await code.page.keyboard.press('Enter');
    await soon(counted).toBe(0);
    await code.page.getByText(`0 of ${mails} texts`).waitFor();
    await code.runCommand('NanoNet: Show All Results');
    await soon(counted).toBe(mails);

    await code.runCommand('NanoNet: Search Results…');
    await code.page.locator('.quick-input-widget', { hasText: 'Search the results' }).waitFor();
    await code.quickInput('RE:');
    await soon(counted).toBeLessThan(mails);
    await soon(async () => (await texts()).length).toBeGreaterThan(0);
    for (const { label, description } of await texts()) {
      expect(`${label} ${description}`.toLowerCase()).toContain('re:');
    }
    await code.screenshot('results-search-light');
    await code.runCommand('NanoNet: Show What Changed since Last Time');
    const described = code.page.locator('.pane-header .description', { hasText: 'changed since last time' });
    await described.waitFor();
    await code.runCommand('NanoNet: Show All Results');
    await soon(counted).toBe(mails);
  });

  it('become labels with one key, or other labels with another', async () => {
    const before = (await workspace.journal()).length;
    const group = (await groups()).find(({ label }) => label !== 'unsure')?.label ?? '';
    await results.expand(group);
    await soon(async () => (await unlabelled()).length).toBeGreaterThan(1);
    const [accepted, corrected] = await unlabelled();
    await results.click(accepted?.label ?? '');
    await code.page.keyboard.press('Alt+Enter');
    await soon(async () => (await workspace.journal()).length).toBe(before + 1);
    expect((await workspace.journal()).at(-1)).toMatchObject({ op: 'label', label: group });
    expect((await workspace.journal()).at(-1)?.text.path).toContain(accepted?.label);
    // The next one comes, and until then no key decides anything.
    await code.page.locator(`.tab.active:not([data-resource-name="${accepted?.label}"])`).waitFor();

    await results.click(corrected?.label ?? '');
    await code.page.keyboard.press('Alt+Shift+Enter');
    const other = group === 'spam' ? 'personal' : 'spam';
    await code.quickPick(other);
    await soon(async () => (await workspace.journal()).length).toBe(before + 2);
    expect((await workspace.journal()).at(-1)).toMatchObject({ op: 'label', label: other });
    await soon(
      async () => (await texts()).find(({ label }) => label === corrected?.label)?.description,
    ).toContain(`labelled ${other}`);
  });

  it('become labels with the arrow keys alone, one after the other', async () => {
    const before = (await workspace.journal()).length;
    const rows = await texts();
    const open = await unlabelled();
    const at = rows.findIndex(({ label }) => label === open[0]?.label) - 1;
    const [above, next, after] = rows.slice(at, at + 3).map(({ label }) => label);
    await results.click(above ?? '?');
    await code.page.keyboard.press('ArrowDown');
    await code.page.keyboard.press('Alt+Enter');
    await soon(async () => (await workspace.journal()).length).toBe(before + 1);
    expect((await workspace.journal()).at(-1)?.text.path).toContain(next);
    // The one after it is shown, and the same key would accept it.
    await code.page.locator(`.tab.active[data-resource-name="${after}"]`).waitFor();
    await soon(async () => (await texts()).find(({ label }) => label === after)?.selected).toBe(true);
  });

  it('take in any folder, also one that is no source', async () => {
    // The explorer shows where the open file is.
    await code.runCommand('View: Close All Editors');
    await code.activityBar('Explorer');
    const list = code.page.locator('.explorer-folders-view .monaco-list[role=tree]');
    await new Tree(code.page, list).contextMenu('drafts');
    await code.menu('Classify Folder');
    await told('1 classified, 1 of them anew');
    await code.runCommand('Notifications: Clear All Notifications');
    await code.activityBar('NanoNet');
    await soon(counted).toBe(mails + 1);
  });

  it('are kept fresh as files change', async () => {
    await code.runCommand('NanoNet: Keep Results Fresh');
    await writeFile(
      join(workspace.folder, 'mails', 'new one.txt'),
      'Dear all, lunch is at noon. See you, Ann',
    );
    await soon(counted).toBe(mails + 2);
    await rm(join(workspace.folder, 'mails', 'new one.txt'));
    await soon(counted).toBe(mails + 1);
    await code.runCommand('NanoNet: Stop Keeping Results Fresh');
  });

  it('are there again after a reload', async () => {
    await code.reload();
    await code.activityBar('NanoNet');
    results = await code.tree('Results');
    await soon(counted).toBe(mails + 1);
  });
});
