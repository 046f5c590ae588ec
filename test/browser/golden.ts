/** Pictures of the panel as it should look, kept beside the tests; `UPDATE_GOLDEN=1` draws them anew. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { screenshots } from './panelPage';

const kept = join(import.meta.dirname, 'golden');

/** Of all pixels: letters and lines are not drawn alike by every version of Chromium. */
const mostDiffering = 0.01;
/** Of a square within a badge or a cell: where more differ it is no letter, but a thing of another colour or in another place. */
const square = 12;
const mostOfSquare = 0.75;
/** A tint that was left out is seen: from black to white it is 1. */
const threshold = 0.02;

export interface GoldenResult {
  /** Of the pixels, those that differ. */
  readonly share: number;
  /** What is wrong, in a sentence that names where the picture and the differences lie. */
  readonly fault?: string;
}

/** Compares what is in the window with the picture of this name. */
export async function compareWithGolden(page: Page, name: string): Promise<GoldenResult> {
  const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  const golden = join(kept, `${name}.png`);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    await mkdir(kept, { recursive: true });
    await writeFile(golden, picture);
  }
  const shown = await keep(`golden-${name}`, picture);
  const found = await readFile(golden).catch(() => undefined);
  if (!found) {
    const fault = `${golden} is not there; ${shown} is how it looks: keep it with UPDATE_GOLDEN=1.`;
    return { share: 1, fault };
  }
  const [expected, actual] = [PNG.sync.read(found), PNG.sync.read(picture)];
  const { width, height } = expected;
  if (width !== actual.width || height !== actual.height) {
    const fault = `${shown} is ${actual.width} x ${actual.height}, ${golden} is ${width} x ${height}.`;
    return { share: 1, fault };
  }
  const difference = new PNG({ width, height });
  const images = [expected.data, actual.data] as const;
  const share = pixelmatch(...images, difference.data, width, height, { threshold }) / (width * height);
  const densest = pixelmatch(...images, null, width, height, { threshold, windowSize: square }) / square ** 2;
  if (share <= mostDiffering && densest <= mostOfSquare) return { share };
  const where = await keep(`golden-${name}-diff`, PNG.sync.write(difference));
  return {
    share,
    fault:
      `${shown} differs from ${golden} in ${percent(share)} of its pixels (at most ${percent(mostDiffering)}), and in ` +
      `${percent(densest)} of a square of ${square} (at most ${percent(mostOfSquare)}): see ${where}. ` +
      'Where it should look like this, keep it with UPDATE_GOLDEN=1.',
  };
}

async function keep(name: string, picture: Buffer): Promise<string> {
  await mkdir(screenshots, { recursive: true });
  const path = join(screenshots, `${name}.png`);
  await writeFile(path, picture);
  return path;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
