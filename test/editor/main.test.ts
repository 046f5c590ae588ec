/** The main job as a person does it, in a real VS Code: label, train, classify, undo. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chord, closeExtension, openExtension, pictureFailures, soon } from './harness/extension';
import type { Workbench } from './harness/workbench';
import type { JournalLine, SampleWorkspace } from './sampleWorkspace';
import { sampleWorkspace } from './sampleWorkspace';

let workspace: SampleWorkspace;
let code: Workbench;

beforeAll(async () => {
  workspace = await sampleWorkspace();
  code = await openExtension(workspace.folder, {
    name: 'main',
    theme: 'light',
    // In a browser VS Code saves by itself; here the edit is to be taken back.
    settings: { 'files.autoSave': 'off' },
  });
});

pictureFailures(() => code);

afterAll(async () => {
  await closeExtension(code);
  await workspace?.remove();
});

/** Half a minute on a quiet machine; the engine runs below everything else, so a busy one makes it wait. */
const trainingTimeout = 480_000;
async function pressLabel(key: string): Promise<void> {
  await chord(code, 'l');
  await code.page.locator('.quick-input-widget .quick-input-title', { hasText: 'Label' }).waitFor();
  await code.page.keyboard.press(key);
  await code.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

/** In the end, the student beside what it is compared with. */
async function showsResults(panel: FrameLocator): Promise<void> {
  const tab = panel.getByRole('tab', { name: 'Students' });
  await tab.waitFor({ timeout: trainingTimeout });
  await tab.press('Enter');
  await panel
    .getByText(/logistic regression/i)
    .first()
    .waitFor();
}

async function lastLine(): Promise<JournalLine | undefined> {
  return (await workspace.journal()).at(-1);
}

/** Path of the text in the active editor. */
async function openPath(): Promise<string> {
  const name = await code.page
    .locator('.editor-group-container.active .tab.active')
    .getAttribute('data-resource-name');
  return `mails/${name}`;
}

describe('the sample, from the first label to the last', () => {
  let labelled: string;

  it('shows the classifier, its labels and its texts', async () => {
    await code.activityBar('NanoNet');
    const classifiers = await code.tree('Classifiers');
    await soon(async () =>
      (await classifiers.rows()).map(({ label, description }) => `${label} ${description}`),
    ).toEqual(['mail 30 labelled', 'labels ', 'spam 10  [s]', 'newsletter 10  [n]', 'personal 10  [p]']);
    const texts = await code.tree('Texts');
    await soon(async () =>
      (await texts.rows()).map(({ label, description }) => `${label} ${description}`),
    ).toEqual(['unlabelled 24', 'labelled 30', 'sources 1']);
    await code.statusBar('NanoNet: mail').waitFor();
  });

  it('labels a file from the keyboard', async () => {
    await chord(code, 'n');
    await code.page.locator('.editor-group-container.active .tab.active').waitFor();
    labelled = await openPath();
    await code.goTo(1);
    await pressLabel('p');
    expect(await lastLine()).toMatchObject({ op: 'label', label: 'personal', text: { path: labelled } });
    await soon(() => code.editorAttachments()).toEqual(['● personal']);
    const classifiers = await code.tree('Classifiers');
    await soon(
      async () => (await classifiers.rows()).find(({ label }) => label === 'personal')?.description,
    ).toBe('11  [p]');
  });

  it('labels a passage from the keyboard, and keeps it where its words are', async () => {
    const subject = (await readFile(join(workspace.folder, labelled), 'utf8')).split('\n')[1] ?? '';
    const quote = subject.replace(/^Subject: /, '').trim();
    const column = subject.indexOf(quote) + 1;
    await code.select({ line: 2, column, endLine: 2, endColumn: column + quote.length });
    await pressLabel('s');
    expect(await lastLine()).toMatchObject({ op: 'label', label: 'spam', text: { path: labelled, quote } });
    await soon(async () => (await code.editorAttachments()).sort()).toEqual(['● personal', '● spam']);

    await code.goTo(1);
    await code.page.keyboard.type('A new first line\n');
    await soon(async () => (await code.editorAttachments()).sort()).toEqual(['● personal', '● spam']);
    await soon(() => code.editorText()).toContain('A new first line\n');
    await code.runCommand('File: Revert File');
    await soon(() => code.editorText()).not.toContain('A new first line');
  });

  it('shows the history of a label in its hover', async () => {
    await code.goTo(2, 14);
    await code.page.keyboard.press('ControlOrMeta+K');
    await code.page.keyboard.press('ControlOrMeta+I');
    await code.page.locator('.monaco-hover:visible', { hasText: 'labelled spam' }).first().waitFor();
    await code.page.keyboard.press('Escape');
  });

  it('offers labels in the light bulb and the badge in the explorer', async () => {
    await code.select({ line: 1, column: 1, endLine: 1, endColumn: 8 });
    await code.page.keyboard.press('ControlOrMeta+.');
    await code.page.locator('.action-widget', { hasText: 'Label selection as newsletter' }).first().waitFor();
    await code.page.keyboard.press('Escape');
    await code.page.locator('.action-widget').first().waitFor({ state: 'hidden' });
    // The tab carries the same badge as the explorer.
    const badge = code.page.locator('.tab.active .monaco-icon-label').first();
    await soon(() => badge.evaluate((label) => getComputedStyle(label, '::after').content)).toBe('"pe"');
  });

  it(
    'trains from the palette, and the panel shows it to the end',
    async () => {
      await code.runCommand('NanoNet: Train');
      const panel = await code.webview('Train mail');
      await panel.getByRole('button', { name: 'Cancel' }).waitFor();
      await code.statusBar(/mail \d+ %/).waitFor();
      await panel.getByText('Teacher and students').first().waitFor();
      await showsResults(panel);
      await code.statusBar(/NanoNet: mail [01]\.\d\d/).waitFor();
      const classifiers = await code.tree('Classifiers');
      await soon(async () => (await classifiers.rows()).map(({ label }) => label)).toContain('v1');
      for (const theme of ['dark', 'hc', 'light'] as const) {
        await code.setTheme(theme);
        await code.screenshot(`main-panel-${theme}`);
      }
    },
    trainingTimeout,
  );

  it('goes on when the panel is closed and opened again', async () => {
    await code.runCommand('View: Close Editor');
    await code.runCommand('NanoNet: Open Training Panel');
    const panel = await code.webview('Train mail');
    await showsResults(panel);
    await code.runCommand('View: Close Editor');
  });

  it('classifies a selection, until Escape', async () => {
    await code.openFile(labelled);
    await code.select({ line: 1, column: 1, endLine: 3, endColumn: 1 });
    await chord(code, 'c');
    const ghost = /(spam|newsletter|personal) [01]\.\d\d( · \w+ [01]\.\d\d)?$/;
    await soon(async () => (await code.editorAttachments()).some((text) => ghost.test(text))).toBe(true);
    // The selection ends where the labelled passage does; its chip is still there.
    expect(await code.editorAttachments()).toEqual(expect.arrayContaining(['● personal', '● spam']));
    for (const theme of ['dark', 'hc', 'light'] as const) {
      await code.setTheme(theme);
      await code.screenshot(`main-editor-${theme}`);
    }
    await code.goTo(1);
    await code.page.keyboard.press('Escape');
    await soon(async () => (await code.editorAttachments()).some((text) => ghost.test(text))).toBe(false);
  });

  it('undoes labels from the keyboard, also after a reload', async () => {
    await code.goTo(1);
    await chord(code, 'u');
    await soon(() => code.editorAttachments()).toEqual(['● personal']);
    expect(await lastLine()).toMatchObject({ op: 'undo', label: 'spam' });
    await code.reload();
    await code.activityBar('NanoNet');
    const classifiers = await code.tree('Classifiers');
    await classifiers.row('personal').waitFor();
    await chord(code, 'u');
    await soon(
      async () => (await classifiers.rows()).find(({ label }) => label === 'personal')?.description,
    ).toBe('10  [p]');
    expect(await lastLine()).toMatchObject({ op: 'undo', label: 'personal' });
  });

  it('had nothing refused by the panel’s content policy', () => {
    expect(code.complaints.filter((line) => /Content Security Policy|nanonet/i.test(line))).toEqual([]);
  });
});
