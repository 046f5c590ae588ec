/** The map in a real VS Code: the engine lays the texts out, a lasso labels them, one undo takes it back. */
import type { FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFaultsIn } from '../browser/axe';
import { closeExtension, openExtension, pictureFailures, soon } from './harness/extension';
import type { Workbench } from './harness/workbench';
import { labelWorkspace, type LabelWorkspace } from './labelWorkspace';

const texts = 150;

let workspace: LabelWorkspace;
let code: Workbench;
let panel: FrameLocator;

beforeAll(async () => {
  workspace = await labelWorkspace(texts);
  code = await openExtension(workspace.folder, { name: 'map', theme: 'dark' });
});

pictureFailures(() => code);

afterAll(async () => {
  await closeExtension(code);
  await workspace?.remove();
});

const press = (key: string): Promise<void> => code.page.keyboard.press(key);
const selected = async (): Promise<number> =>
  parseInt((await panel.locator('aside h2').first().textContent()) ?? '', 10);

/** Draws around the left half of the map. */
async function lasso(): Promise<number> {
  const box = await panel.locator('nanonet-map').boundingBox();
  if (!box) throw new Error('There is no map.');
  const { mouse } = code.page;
  const corners = [
    [0.02, 0.02],
    [0.5, 0.02],
    [0.5, 0.98],
    [0.02, 0.98],
  ].map(([x = 0, y = 0]) => [box.x + x * box.width, box.y + y * box.height] as const);
  const [[left, top] = [0, 0], ...others] = corners;
  await mouse.move(left, top);
  await mouse.down();
  for (const [x, y] of others) await mouse.move(x, y, { steps: 4 });
  await mouse.up();
  await panel
    .getByText(/\d+ texts selected/)
    .first()
    .waitFor();
  return selected();
}

describe('the map', () => {
  it('opens from the palette, is drawn by the engine, and has the focus', async () => {
    await code.runCommand('NanoNet: Show the Map');
    panel = await code.webview('Label tickets');
    await panel.locator('nanonet-map canvas').waitFor({ timeout: 180_000 });
    await panel.getByRole('application', { name: `Map of ${texts} texts` }).waitFor();
    await soon(() => panel.locator('.map-surface').evaluate((map) => map.matches(':focus'))).toBe(true);
    for (const theme of ['dark', 'light', 'hc'] as const) {
      await code.setTheme(theme);
      expect(await axeFaultsIn(panel)).toEqual([]);
      await code.screenshot(`label-map-${theme}`);
    }
    await code.setTheme('dark');
  });

  it('labels what a lasso holds, in one step of undo', async () => {
    await panel.locator('.map-surface').focus();
    const count = await lasso();
    expect(count).toBeGreaterThan(20);
    expect(count).toBeLessThan(texts - 20);
    await press('1');
    await soon(async () => (await workspace.journal()).length).toBe(count);
    const lines = await workspace.journal();
    expect(new Set(lines.map(({ op, label }) => `${op} ${label}`))).toEqual(new Set(['label complaint']));
    await panel.getByText(`${count} of ${texts} decided`).waitFor();
    await code.screenshot('label-map-labelled');
    await press('ControlOrMeta+z');
    await panel.getByText(`0 of ${texts} decided`).waitFor();
    await press('ControlOrMeta+Shift+z');
    await panel.getByText(`${count} of ${texts} decided`).waitFor();
  });

  it('leaves labelled texts alone, unless it is told to change them', async () => {
    const before = await workspace.journal();
    const count = await lasso();
    await press('2');
    await panel.locator('aside').getByText('are decided already').waitFor();
    expect(await workspace.journal()).toHaveLength(before.length);
    await panel.getByRole('checkbox', { name: /that are decided too/ }).check();
    await press('2');
    await soon(async () => (await workspace.journal()).length).toBe(before.length + count);
    expect((await workspace.journal()).at(-1)).toMatchObject({ op: 'label', label: 'question' });
  });

  it('goes from point to point by keyboard, and opens a text', async () => {
    await panel.locator('.map-surface').focus();
    await press('ArrowRight');
    await press('ArrowRight');
    const excerpt = await panel.locator('.map-card .excerpt', { hasText: 'case' }).textContent();
    await press('Enter');
    await soon(() => panel.locator('.text').textContent()).toBe(`${excerpt}\n`);
    await press('m');
    await panel.locator('nanonet-map canvas').waitFor();
  });

  it('complains of nothing', () => {
    expect(code.complaints.filter((line) => /nanonet|Content.Security/i.test(line))).toEqual([]);
  });
});
