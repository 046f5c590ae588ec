import { readFile, readdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { bundleHostTests } from '../../editor/harness/bundle.mjs';
import { hostTests } from '../../editor/harness/hostTests';
import { outputFolder, repository } from '../../editor/harness/places';
import { sampleWorkspace } from '../../editor/sampleWorkspace';
import { trainSample } from '../../editor/trainSample';
import type { Measured } from '../framework';

const longestMs = 30;
const longestFirstMs = 1500;
const words = 60;
const starts = 3;

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
    const p95 = quantile(warm, 0.95);
    return {
      figure:
        `${warm.length} selections of ${words} words: ${quantile(warm, 0.5).toFixed(1)} ms in the middle, ${p95.toFixed(1)} ms at the 95th ` +
        `percentile (under ${longestMs} ms); the first after a start at most ${Math.round(first)} ms of ${starts} (under ${longestFirstMs} ms); ` +
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

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Infinity;
}

/** Lines of 60 words out of the mails: addresses and what is written in other signs are none. */
async function sixtyWords(mails: string): Promise<string> {
  const names = (await readdir(mails)).sort();
  const contents = await Promise.all(names.map((name) => readFile(join(mails, name), 'utf8')));
  const all = contents
    .join(' ')
    .split(/\s+/)
    .filter((word) => /^[a-z]+[,.;:!?]?$/i.test(word));
  const lines = Array.from({ length: 80 }, (_, at) => all.slice(at * words, (at + 1) * words).join(' '));
  return lines.join('\n');
}
