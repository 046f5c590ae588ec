import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TrainPanelState } from '../../extension/protocol/panelApi';
import { outputFolder } from '../editor/harness/places';
import { compareWithGolden } from './golden';
import { PanelBrowser, settled } from './panelPage';
import { panelReport, reported, texts } from './reportStates';
import { before, training } from './states';

/** Installed with the browser where the tests bring it along. */
const font = '"DejaVu Sans"';
/** Letters are drawn by the system, each in its own way: the pictures are Linux's. */
const isDrawnAlike = process.platform === 'linux';
const size = { width: 900, height: 700 };

const states: Readonly<Record<string, { state: TrainPanelState; drive?: (page: Page) => Promise<void> }>> = {
  training: { state: { ...before, snapshot: training(168) } },
  overview: { state: reported, drive: (page) => page.getByRole('table', { name: 'Classes' }).waitFor() },
  confusion: {
    state: reported,
    drive: async (page) => {
      await page.getByRole('tab', { name: 'Confusion' }).click();
      await page.getByRole('button', { name: '2 texts of “question”' }).click();
      await page.getByText('mails/30.txt').waitFor();
    },
  },
};

let browser: PanelBrowser;
beforeAll(async () => {
  browser = await PanelBrowser.start();
});
afterAll(async () => {
  const figures = { pictures: shares.length, mostDiffering: Math.max(0, ...shares) };
  await writeFile(join(await outputFolder('figures'), 'trainPictures.json'), JSON.stringify(figures));
  await browser.close();
});

/** Of each picture that was compared. */
const shares: number[] = [];

const pictures = Object.keys(states).flatMap((name) =>
  (['light', 'dark', 'high-contrast'] as const).map((theme) => [name, theme] as const),
);

it.skipIf(!isDrawnAlike).each(pictures)('%s in %s looks as it should', async (name, theme) => {
  const { state = before, drive } = states[name] ?? {};
  const { page } = await browser.open(state, { theme, font, ...size, report: panelReport, texts });
  try {
    await drive?.(page);
    expect(await page.evaluate(hasFont, font), `the font ${font}: install fonts-dejavu-core`).toBe(true);
    await settled(page);
    const { share, fault } = await compareWithGolden(page, `${name}-${theme}`);
    shares.push(share);
    if (fault !== undefined) expect.fail(fault);
  } finally {
    await page.close();
  }
});

/** Runs in the page: whether letters are other than those that stand in for a font that is missing. */
function hasFont(name: string): boolean {
  const context = document.createElement('canvas').getContext('2d');
  const width = (family: string): number => {
    if (context) context.font = `40px ${family}`;
    return context?.measureText('Golden pictures').width ?? 0;
  };
  return ['monospace', 'serif'].every((other) => width(`${name}, ${other}`) !== width(other));
}
