import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repository, testOutput } from '../../editor/harness/places';
import type { Measured } from '../framework';

const leastFrames = 30;
const mostGrowthMb = 1;
const fewestPictures = 9;

/** The suite that leaves a training in every way, and compares the models with those of an engine that nobody disturbs. */
export async function trainingSurvives(): Promise<Measured> {
  const { passed, figures } = await suite<{
    pausedMs: number;
    cpuSeconds: number;
    samePaused: boolean;
    sameReloaded: boolean;
    samePausedAndReloaded: boolean;
    points: number;
    holes: number;
    modelAfterCancel: string;
  }>('editor', [join('test', 'editor', 'trainPanel.test.ts')], 'trainingSurvives');
  const { pausedMs, cpuSeconds, points, holes, modelAfterCancel } = figures;
  const same = [figures.samePaused, figures.sameReloaded, figures.samePausedAndReloaded];
  const equal = same.filter((is) => is === true).length;
  return {
    figure:
      `paused ${(pausedMs ?? 0) / 1000} s with ${cpuSeconds?.toFixed(2)} s of computing; panel closed and window reloaded: ` +
      `${points} points of a curve, ${holes} missing (0); models equal to undisturbed runs' to the bit: ${equal} of 3; after a ` +
      `cancelled training ${modelAfterCancel} is used, as before (v3); tests ${passed ? 'passed' : 'failed'}`,
    ok: passed && equal === 3 && holes === 0 && modelAfterCancel === 'v3',
  };
}

/** The panel's page in Chromium: 10,000 snapshots, axe-core in four themes, and each chart's table. */
export async function panelDraws(): Promise<Measured> {
  const tests = ['trainPanel', 'trainPanelLoad'].map((name) => join('test', 'browser', `${name}.test.ts`));
  const { passed, figures } = await suite<{
    framesPerSecond: number;
    cpuPerFrame: number;
    heapGrowth: number;
  }>('browser', tests, 'trainPanel');
  const { framesPerSecond = 0, cpuPerFrame = Infinity, heapGrowth = Infinity } = figures;
  return {
    figure:
      `${framesPerSecond.toFixed(0)} frames a second (at least ${leastFrames}), ${cpuPerFrame.toFixed(1)} ms of computing each; ` +
      `heap ${heapGrowth >= 0 ? '+' : ''}${heapGrowth.toFixed(2)} MB (under ${mostGrowthMb}); axe-core and the tables of the ` +
      `charts: tests ${passed ? 'passed' : 'failed'}`,
    ok: passed && framesPerSecond >= leastFrames && heapGrowth < mostGrowthMb,
  };
}

/** The panel in Chromium beside the pictures that are kept of it: while training, and two tabs of the report, in three themes. */
export async function panelLooks(): Promise<Measured> {
  const tests = ['trainPictures', 'trainReport'].map((name) => join('test', 'browser', `${name}.test.ts`));
  const { passed, figures } = await suite<{ pictures: number; mostDiffering: number }>(
    'browser',
    tests,
    'trainPictures',
  );
  const { pictures = 0, mostDiffering = 1 } = figures;
  return {
    figure:
      `${pictures} pictures compared (${fewestPictures} at least), ${(100 * mostDiffering).toFixed(2)} % of the pixels differ in the ` +
      `worst (at most 1 %); the report's tabs by keyboard and in axe-core, in four themes: tests ${passed ? 'passed' : 'failed'}`,
    ok: passed && pictures >= fewestPictures,
  };
}

/** Runs a suite, and reads the figures that it leaves. */
async function suite<T>(
  projectName: string,
  tests: readonly string[],
  name: string,
): Promise<{ passed: boolean; figures: Partial<T> }> {
  const file = join(testOutput, 'figures', `${name}.json`);
  await rm(file, { force: true });
  const program = join(repository, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [program, 'run', '--project', projectName, ...tests];
  const child = spawn(process.execPath, args, { cwd: repository, stdio: 'ignore' });
  const code = await new Promise((resolve) => child.on('close', resolve));
  const figures = await readFile(file, 'utf8').then(
    (json) => JSON.parse(json) as Partial<T>,
    () => ({}), // the suite did not get so far
  );
  return { passed: code === 0, figures };
}
