import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultRecipe, type Recipe } from '../../../extension/engine/learn/settings';
import { train } from '../../../extension/engine/learn/trainingRun';
import { timeSteps } from '../../bench/besideTorch';
import { testOutput } from '../../editor/harness/places';
import { surroundings } from '../../engine/learn/tinyRun';
import type { Measured } from '../framework';
import { mean, runSplit, splitFile } from './benchmarkSets';
import { minutes, percent } from './figures';

const longestMs = 150_000;
const mostMemory = 1e9;
/** Mean of the three splits before the savings: docs/benchmarks.md. */
const accuracyBefore = 0.86;
const leastGain = 2.5;

/** The step that PyTorch's is beside, as the engine runs it. */
export async function trainingStep(): Promise<Measured> {
  const { timed, peak } = await timeSteps(8);
  const [own] = timed;
  const [ofTorch, ofPeak] = [own?.ofTorch ?? Infinity, own?.ofPeak ?? 0];
  return {
    figure:
      `${own?.name}: ${own?.ms.toFixed(0)} ms, ${ofTorch.toFixed(2)} of PyTorch's time (at most 0.33), ${percent(ofPeak)} of the ` +
      `measured peak of ${(peak / 1e9).toFixed(0)} GFLOP/s (at least 85 %)`,
    ok: ofTorch <= 0.33 && ofPeak >= 0.85,
  };
}

/** What each saving is without it. */
const without: readonly (readonly [saving: string, overrides: Partial<Recipe>])[] = [
  ['products in 8 bits', { eightBit: false }],
  ['small batches of labels', { teachBatch: 16, labelledBatch: 8 }],
  ['fewer steps to teach', { teachSteps: 240 }],
  ['answers for the texts that are drawn alone', { mostLearned: Infinity }],
  ['the teacher reads a quarter', { taughtBatch: defaultRecipe.unlabelledBatch }],
  ['steps in parts', { stepTokens: Infinity }],
];

/** The whole command on three splits; then, on the first, without each saving and without all. */
export async function newsTraining(): Promise<Measured> {
  const runs = [];
  for (const split of ['10-1', '10-2', '10-3']) runs.push(await runSplit('ag_news', split));
  const accuracy = mean(runs.map(({ evaluation }) => evaluation.accuracy));
  const memory = Math.max(...runs.map(({ peakMemoryBytes }) => peakMemoryBytes));
  const trainMs = runs[0]?.trainMs ?? Infinity;

  const withAll = await timedRun('with all', {});
  const parts: string[] = [];
  for (const [saving, overrides] of without) {
    const ratio = (await timedRun(saving, overrides)) / withAll;
    parts.push(`without ${saving} x ${ratio.toFixed(2)}`);
  }
  const everyOff = Object.assign({}, ...without.map(([, overrides]) => overrides)) as Partial<Recipe>;
  const gain = (await timedRun('with none', everyOff)) / withAll;
  return {
    figure:
      `${minutes(trainMs)} (under ${minutes(longestMs)}), accuracy ${percent(accuracy)} (before: ${percent(accuracyBefore)}), ` +
      `${Math.round(memory / 1e6)} MB at most (under 1,000 MB); without all savings x ${gain.toFixed(2)} (at least ` +
      `${leastGain}): ${parts.join(', ')}`,
    ok: trainMs < longestMs && accuracy >= accuracyBefore && memory < mostMemory && gain >= leastGain,
  };
}

/** @returns milliseconds of a run on ag_news 10-1 from its texts to its model, nothing kept from another run */
async function timedRun(name: string, overrides: Partial<Recipe>): Promise<number> {
  const folder = join(testOutput, 'accept', 'savings', name.replaceAll(/\W+/g, '-'));
  await rm(folder, { recursive: true, force: true });
  const start = performance.now();
  await train(
    {
      runId: name,
      dataFile: await splitFile('ag_news', '10-1'),
      runDir: join(folder, 'run'),
      modelDir: join(folder, 'model'),
      settings: { seed: 1, device: 'cpu' },
    },
    surroundings({ overrides }),
  );
  const ms = performance.now() - start;
  process.stderr.write(`   ${name}: ${Math.round(ms / 1000)} s\n`);
  return ms;
}
