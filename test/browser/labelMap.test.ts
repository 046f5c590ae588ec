/** The map on the label panel: what a person does on it with the mouse and the keyboard. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabelPanelState } from '../../extension/protocol/labelPanelApi';
import { axeFaults } from './axe';
import { labelling } from './labelStates';
import type { PanelPageOptions, ThemeName } from './panelPage';
import { PanelBrowser, screenshot, settled, themes } from './panelPage';

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start();
});
afterAll(() => browser.close());

const onMap: LabelPanelState = {
  ...labelling,
  view: 'map',
  counts: { ...labelling.counts, texts: 1200 },
};

describe.each(Object.keys(themes) as ThemeName[])('in the theme %s', (theme) => {
  it('shots', async () => {
    const { page, complaints } = await browser.open({...onMap, counts: {...onMap.counts, texts: 8000}}, { theme, width: 1100, height: 760 }, 'label');
    await page.locator('nanonet-map canvas').waitFor();
    await settled(page);
    await screenshot(page, `map-plain-${theme}`);
    const box = await page.locator('nanonet-map').boundingBox();
    if (!box) throw new Error('none');
    await page.mouse.move(box.x + 200, box.y + 100);
    await page.mouse.down();
    for (const [x, y] of [[300, 80], [380, 160], [320, 260], [210, 240], [200,100]] as const) await page.mouse.move(box.x + x, box.y + y, {steps: 5});
    await settled(page);
    await screenshot(page, `map-lasso-${theme}`);
    await page.mouse.up();
    await settled(page);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowUp');
    await page.keyboard.press('Shift+ArrowUp');
    await page.keyboard.press('Shift+ArrowUp');
    await page.waitForTimeout(300);
    await screenshot(page, `map-selected-${theme}`);
    expect(await axeFaults(page)).toEqual([]);
    for (const by of ['suggestion', 'score']) {
      await page.locator('.map-colours select').selectOption(by);
      if (by === 'suggestion') {
        await page.keyboard.press('Escape');
        await page.keyboard.press('Escape');
      }
      await settled(page);
      await screenshot(page, `map-${by}-${theme}`);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });
});
