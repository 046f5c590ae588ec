/** Labelling as a person does it, by keyboard alone, in a real VS Code with ten thousand texts. */
import type { FrameLocator } from 'playwright-core';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFaultsIn } from '../browser/axe';
import { closeExtension, openExtension, pictureFailures, soon } from './harness/extension';
import { outputFolder } from './harness/places';
import type { Workbench } from './harness/workbench';
import { labelWorkspace, type LabelWorkspace } from './labelWorkspace';

const texts = 10_000;
const labelled = 100;

let workspace: LabelWorkspace;
let code: Workbench;
let panel: FrameLocator;

beforeAll(async () => {
  workspace = await labelWorkspace(texts);
  code = await openExtension(workspace.folder, { name: 'label', theme: 'dark' });
});

pictureFailures(() => code);

afterAll(async () => {
  await closeExtension(code);
  await workspace?.remove();
});

const shown = (): Promise<string | null> => panel.locator('.text').textContent();
const press = (key: string): Promise<void> => code.page.keyboard.press(key);

/** Presses a key and waits for another text. */
async function on(key: string): Promise<string | null> {
  const before = await shown();
  await press(key);
  await soon(shown).not.toBe(before);
  return shown();
}

/** Notes in the page when a key goes down and when the text is another: what a person waits. */
async function timeKeys(): Promise<void> {
  await panel.locator('body').evaluate((body) => {
    const times: number[] = [];
    Object.assign(window, { keyTimes: times });
    let since: number | undefined;
    window.addEventListener('keydown', () => (since = performance.now()), { capture: true });
    const watched = body.querySelector('.text-scroll')?.parentElement;
    if (!watched) throw new Error('There is no text to watch.');
    new MutationObserver(() => {
      if (since === undefined) return;
      times.push(performance.now() - since);
      since = undefined;
    }).observe(watched, { subtree: true, characterData: true, childList: true });
  });
}

describe('the label panel', () => {
  it('opens from the palette on the first text, with the focus on the labels', async () => {
    await code.runCommand('NanoNet: Open Label Panel');
    panel = await code.webview('Label tickets');
    await panel.locator('.text').waitFor({ timeout: 60_000 });
    await panel.getByText(`0 of ${texts.toLocaleString('en')} decided`).waitFor();
    await soon(() => panel.locator('.labels').evaluate((labels) => labels.matches(':focus'))).toBe(true);
    for (const theme of ['dark', 'light', 'hc'] as const) {
      await code.setTheme(theme);
      expect(await axeFaultsIn(panel)).toEqual([]);
      await code.screenshot(`label-panel-${theme}`);
    }
    await code.setTheme('dark');
  });

  it('labels a hundred texts by keyboard alone; each is on the disk before the next one shows', async () => {
    await panel.locator('.labels').focus();
    await timeKeys();
    for (let at = 0; at < labelled; at += 1) {
      await on(String((at % 3) + 1));
      if (at % 10 === 0) expect(await workspace.journal()).toHaveLength(at + 1);
    }
    const lines = await workspace.journal();
    expect(lines.map(({ op, label }) => `${op} ${label}`).slice(0, 3)).toEqual([
      'label complaint',
      'label question',
      'label praise',
    ]);
    expect(new Set(lines.map(({ text }) => text.path)).size).toBe(labelled);
    const times = await panel
      .locator('body')
      .evaluate(() => (window as unknown as { keyTimes: number[] }).keyTimes);
    const sorted = times.toSorted((a, b) => a - b);
    const p95Ms = sorted[Math.floor(sorted.length * 0.95)];
    const figures = { texts, labelled: times.length, medianMs: sorted[Math.floor(sorted.length / 2)], p95Ms };
    await writeFile(join(await outputFolder('figures'), 'labelPanel.json'), JSON.stringify(figures));
    console.log(figures);
    expect(times.length).toBe(labelled);
  });

  it('skips, says that none fits, goes back and undoes, and the disk says the same', async () => {
    const first = await shown();
    const second = await on(' ');
    await on('0');
    expect((await workspace.journal()).slice(-2).map(({ op }) => op)).toEqual(['skip', 'none']);
    expect(await on('Backspace')).toBe(second);
    expect(await on('Backspace')).toBe(first);
    await on('2');
    expect((await workspace.journal()).at(-1)).toMatchObject({ op: 'label', label: 'question' });
    expect(await on('ControlOrMeta+z')).toBe(first);
    expect((await workspace.journal()).at(-1)).toMatchObject({ op: 'undo' });
    await on('ControlOrMeta+Shift+z');
    expect((await workspace.journal()).at(-1)).toMatchObject({ op: 'redo' });
  });

  it('renames a label, and one undo brings its name back, in classifier.json too', async () => {
    await press('l');
    await panel.getByRole('button', { name: /^Edit complaint/ }).press('Enter');
    await panel.getByRole('textbox', { name: 'Name' }).fill('grievance');
    await press('Enter');
    await panel.getByRole('button', { name: /^Edit grievance/ }).waitFor();
    expect((await workspace.journal()).at(-1)).toMatchObject({
      op: 'set',
      moved: { complaint: 'grievance' },
    });
    await press('Escape');
    await panel.locator('.label', { hasText: 'grievance' }).waitFor();
    await press('ControlOrMeta+z');
    await panel.locator('.label', { hasText: 'complaint' }).waitFor();
  });

  it('adds a table by the columns that are chosen, with the labels that it has', async () => {
    const rows =
      'id,body,kind\n1,Where is my parcel?,question\n2,"Well done, thanks",praise\n3,It rang.,call\n';
    await writeFile(join(workspace.folder, 'calls.csv'), rows);
    const before = (await workspace.journal()).length;
    await code.runCommand('NanoNet: Add Source');
    await code.quickPick('**/*.csv');
    await code.quickPick('body');
    await code.quickPick('kind');
    await code.quickPick('Add these texts');
    await code.toast('3 labels were taken in');
    const added = (await workspace.journal()).slice(before);
    expect(added.map(({ op }) => op)).toEqual(['set', 'label', 'label', 'label']);
    expect(added.at(-1)).toMatchObject({ label: 'call', text: { path: 'calls.csv', part: 'row 3' } });
    await panel.locator('.label', { hasText: 'call' }).waitFor();
    await panel.getByText(`of ${(texts + 3).toLocaleString('en')} decided`).waitFor();
  });

  it('comes back after a reload with everything that was decided', async () => {
    const progress = await panel.locator('.progress').textContent();
    await code.reload();
    panel = await code.webview('Label tickets');
    await soon(() => panel.locator('.progress').textContent()).toBe(progress);
  });

  it('complains of nothing', () => {
    expect(code.complaints.filter((line) => /nanonet|Content.Security/i.test(line))).toEqual([]);
  });
});
