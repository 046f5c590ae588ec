import { readFile, readdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { bundleHostTests } from '../../editor/harness/bundle.mjs';
import { openWorkbench } from '../../editor/harness/browser';
import { hostTests } from '../../editor/harness/hostTests';
import { outputFolder, repository } from '../../editor/harness/places';
import { startVsCode } from '../../editor/harness/server';
import type { Workbench } from '../../editor/harness/workbench';
import { sampleWorkspace } from '../../editor/sampleWorkspace';
import { trainSample } from '../../editor/trainSample';
import type { Measured } from '../framework';

const longestMs = 30;
const longestFirstMs = 1500;
const words = 60;
const starts = 3;
const pressed = 30;

/** Selections of 60 words, with the students that training chooses by itself: their speed does not depend on what they have learned. */
export async function quickAnswers(): Promise<Measured> {
  const workspace = await sampleWorkspace({ students: undefined, windowTokens: undefined });
  try {
    const { folder } = workspace;
    await trainSample(folder, { seed: 1, steps: 2 });
    await writeFile(join(folder, 'texts.txt'), await sixtyWords(join(folder, 'mails')));
    const runs: number[][] = [];
    for (let start = 0; start < starts; start += 1) runs.push(await inHost(folder));
    const first = Math.max(...runs.map(([own = Infinity]) => own));
    const warm = runs.flatMap((own) => own.slice(1));
    const seen = await inWindow(folder);
    const p95 = quantile(warm, 0.95);
    return {
      figure:
        `${warm.length} selections of ${words} words: ${quantile(warm, 0.5).toFixed(1)} ms in the middle, ${p95.toFixed(1)} ms at the 95th ` +
        `percentile (under ${longestMs} ms); the first after a start at most ${Math.round(first)} ms of ${starts} (under ${longestFirstMs} ms); ` +
        `from the key to the picture ${quantile(seen, 0.5).toFixed(0)} and ${quantile(seen, 0.95).toFixed(0)} ms; ` +
        `load ${loadavg()[0]?.toFixed(1)} on ${cpus().length} processors`,
      ok: p95 < longestMs && first < longestFirstMs,
    };
  } finally {
    await workspace.remove();
  }
}

/** Milliseconds of each selection after a fresh start. */
async function inHost(workspace: string): Promise<number[]> {
  const figures = join(await outputFolder('figures'), 'quickAnswers.json');
  const { log, results } = await hostTests({
    extensionDevelopmentPath: repository,
    extensionTestsPath: await bundleHostTests(join(import.meta.dirname, 'quick')),
    workspace,
    env: { NANONET_FIGURES: figures, NANONET_HOST_TIMEOUT_MS: '120000' },
  });
  if (results[0]?.state !== 'passed') throw new Error(results[0]?.error ?? log);
  return JSON.parse(await readFile(figures, 'utf8')) as number[];
}

/** Milliseconds from the key to the frame that has the answer, the browser's waiting for its next frame included. */
async function inWindow(workspace: string): Promise<number[]> {
  const server = await startVsCode({ workspace, extensionDevelopmentPath: repository, name: 'quick' });
  const code = await openWorkbench(server, { theme: 'dark' });
  try {
    await code.openFile('texts.txt');
    await code.statusBar(/^NanoNet: mail/).waitFor();
    await code.goTo(1);
    const measured: number[] = [];
    for (let at = 0; at <= pressed; at += 1) measured.push(await keyToPicture(code));
    return measured.slice(1);
  } finally {
    await code.close();
    await server.stop();
  }
}

async function keyToPicture({ page }: Workbench): Promise<number> {
  for (const key of ['Escape', 'ArrowDown', 'Home', 'Shift+End', 'ControlOrMeta+Alt+N'])
    await page.keyboard.press(key);
  const shown = page.evaluate(() => {
    const isShown = (): boolean =>
      [...document.querySelectorAll('.view-line span')].some((span) =>
        /[01]\.\d\d/.test(getComputedStyle(span, '::before').content),
      );
    return new Promise<number>((resolve) => {
      let pressedAt = Infinity;
      const look = (): void => {
        const now = performance.now();
        const waited = now - pressedAt;
        if (waited > 0 && isShown()) resolve(waited);
        else if (waited > 10_000) resolve(Infinity);
        else requestAnimationFrame(look);
      };
      const hear = ({ key }: KeyboardEvent): void => {
        if (key === 'c') pressedAt = performance.now();
      };
      document.addEventListener('keydown', hear, { capture: true, once: true });
      look();
    });
  });
  await page.keyboard.press('c');
  return shown;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Infinity;
}

/** Lines of 60 words out of the mails. */
async function sixtyWords(mails: string): Promise<string> {
  const names = (await readdir(mails)).sort();
  const contents = await Promise.all(names.map((name) => readFile(join(mails, name), 'utf8')));
  const all = contents.join(' ').split(/\s+/);
  const lines = Array.from({ length: 80 }, (_, at) => all.slice(at * words, (at + 1) * words).join(' '));
  return lines.join('\n');
}
