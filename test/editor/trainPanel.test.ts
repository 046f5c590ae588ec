/** A training that people can leave: paused, closed, reloaded and cancelled in a real VS Code, it ends as if nobody had. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineClient } from '../../extension/protocol/engineClient';
import type { LabelDescriptions, TrainSettings } from '../../extension/protocol/engineApi';
import { chord, closeExtension, openExtension, pictureFailures } from './harness/extension';
import { outputFolder, repository } from './harness/places';
import type { Workbench } from './harness/workbench';
import type { SampleWorkspace } from './sampleWorkspace';
import { shallowBase } from '../engine/learn/tinyRun';
import { sampleWorkspace } from './sampleWorkspace';

let base: string;
let workspace: SampleWorkspace;
let code: Workbench;

const settings = {
  steps: 100,
  teachSteps: 6,
  evaluateEvery: 2,
  windowTokens: 24,
  students: [[0], [1]],
};
/** Long enough to be left in the middle. */
const leftAfterMs = 15_000;
const pausedMs = 10_000;
const trainingTimeout = 600_000;
const figures: Record<string, unknown> = {};

beforeAll(async () => {
  base = await shallowBase();
  workspace = await sampleWorkspace({ ...settings, base });
  code = await openExtension(workspace.folder, { name: 'trainPanel', theme: 'light' });
});

pictureFailures(() => code);

afterAll(async () => {
  await writeFile(join(await outputFolder('figures'), 'trainingSurvives.json'), JSON.stringify(figures));
  await closeExtension(code);
  await workspace?.remove();
  await rm(base, { recursive: true, force: true });
});

/** Lets the next trainings take so long on this machine, as it is now. @returns steps of the cohort */
async function lastFor(ms: number): Promise<number> {
  const project = join(workspace.folder, '.nanonet', 'mail');
  const { elapsedMs } = JSON.parse(await readFile(join(project, 'runs', 'v1', 'snapshot.json'), 'utf8')) as {
    elapsedMs: number;
  };
  // As many as end with a look at the labels.
  const looks = Math.round((settings.steps * ms) / elapsedMs / settings.evaluateEvery);
  const steps = Math.min(600, Math.max(settings.steps, looks * settings.evaluateEvery));
  const file = join(project, 'classifier.json');
  const classifier = JSON.parse(await readFile(file, 'utf8')) as { settings: object };
  await writeFile(file, JSON.stringify({ ...classifier, settings: { ...classifier.settings, steps } }));
  return steps;
}

/** Labels one more text, so that the next training is another one. */
async function labelOne(): Promise<void> {
  // So that the tab that is waited for is the text's.
  await code.runCommand('View: Close All Editors');
  await chord(code, 'n');
  await code.page.locator('.editor-group-container.active .tab.active').waitFor();
  await code.goTo(1);
  await chord(code, 'l');
  await code.page.locator('.quick-input-widget .quick-input-title', { hasText: 'Label' }).waitFor();
  await code.page.keyboard.press('p');
  await code.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  await code.runCommand('View: Close All Editors');
}

/** Steps at which the first student's loss was measured, from the chart's twin. */
async function steps(panel: FrameLocator): Promise<number[]> {
  const toggle = panel.getByRole('button', { name: 'Training loss as a table' });
  await toggle.waitFor();
  if ((await toggle.getAttribute('aria-pressed')) !== 'true') await toggle.click();
  const cells = panel.getByRole('region', { name: 'Training loss' }).locator('tbody tr');
  return cells.evaluateAll((rows) =>
    rows
      .filter((row) => (row.querySelector('td:nth-of-type(2)')?.textContent ?? '').trim() !== '')
      .map((row) => Number(row.querySelector('th')?.textContent)),
  );
}

/** A whole curve has a point every `evaluateEvery` steps, from the first look to its newest. */
function holes(points: readonly number[]): number {
  const first = settings.teachSteps + settings.evaluateEvery;
  return points.filter((step, at) => step !== first + at * settings.evaluateEvery).length;
}

/** The cohort keeps a checkpoint every 20 steps: a run that is left has at least these points of its curves. */
const keptPoints = 20 / settings.evaluateEvery;

/** Until the students have learned so long that a checkpoint is on the disk: the point after it shows. */
async function underWay(panel: FrameLocator): Promise<void> {
  const ask = expect.poll(async () => (await steps(panel)).length, {
    timeout: trainingTimeout,
    interval: 50,
  });
  await ask.toBeGreaterThan(keptPoints);
}

const finished = (panel: FrameLocator): Promise<void> =>
  panel.getByRole('button', { name: 'Train Again' }).waitFor({ timeout: trainingTimeout });

/** Weights of a model of the workspace, and of the same run by an engine that nobody disturbs. */
async function isUndisturbed(version: string): Promise<boolean> {
  const run = join(workspace.folder, '.nanonet', 'mail', 'runs', version);
  const { settings: kept, descriptions = '{}' } = JSON.parse(
    await readFile(join(run, 'run.json'), 'utf8'),
  ) as { settings: string; descriptions?: string };
  const other = join(workspace.folder, '..', `undisturbed-${version}`);
  const client = new EngineClient({ modulePath: join(repository, 'dist', 'engine.js') });
  try {
    await client.train({
      runId: version,
      dataFile: join(run, 'data.jsonl'),
      runDir: join(other, 'run'),
      modelDir: join(other, 'model'),
      settings: JSON.parse(kept) as TrainSettings,
      descriptions: JSON.parse(descriptions) as LabelDescriptions,
    });
  } finally {
    client.dispose();
  }
  const weights = (dir: string): Promise<Buffer> => readFile(join(dir, 'onnx', 'model.onnx'));
  const same = (await weights(join(run, '..', '..', 'models', version))).equals(
    await weights(join(other, 'model')),
  );
  await rm(other, { recursive: true });
  return same;
}

/** Processor time of the engine's process, in seconds. */
async function engineSeconds(): Promise<number> {
  for (const pid of code.server.processes) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes(join('dist', 'engine.js'))) continue;
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }
  throw new Error('No engine is running.');
}

describe('a training', () => {
  it(
    'paused from the keyboard for ten seconds, waits without computing, and makes the same model',
    async () => {
      await code.activityBar('NanoNet');
      await (await code.tree('Classifiers')).row('mail').waitFor();
      // The first webview takes as long to load as this training lasts.
      await code.runCommand('NanoNet: Open Training Panel');
      const panel = await code.webview('Train mail');
      await panel.getByRole('button', { name: 'Train', exact: true }).waitFor();
      await chord(code, 't');
      await underWay(panel);
      await chord(code, 'Space');
      await panel.getByText('Paused', { exact: true }).waitFor({ timeout: 60_000 });
      await code.statusBar(/mail paused at \d+ %/).waitFor({ timeout: 60_000 });
      for (const theme of ['dark', 'hc', 'light'] as const) {
        await code.setTheme(theme);
        await code.screenshot(`training-paused-${theme}`);
      }
      const before = { seconds: await engineSeconds(), points: await steps(panel) };
      expect(before.points.length).toBeGreaterThan(keptPoints);
      await new Promise((resolve) => setTimeout(resolve, pausedMs));
      const cpuSeconds = (await engineSeconds()) - before.seconds;
      expect(await steps(panel)).toEqual(before.points);
      expect(cpuSeconds).toBeLessThan(0.5);
      await chord(code, 'Space');
      await code.statusBar(/mail \d+ %/).waitFor({ timeout: 60_000 });
      await finished(panel);
      const same = await isUndisturbed('v1');
      Object.assign(figures, { pausedMs, cpuSeconds, samePaused: same });
      expect(same).toBe(true);
    },
    trainingTimeout,
  );

  it(
    'goes on without its panel and through a reload of the window, and its curves are whole',
    async () => {
      const length = await lastFor(leftAfterMs);
      await labelOne();
      await chord(code, 't');
      await underWay(await code.webview('Train mail'));
      await code.runCommand('View: Close Editor');
      await code.statusBar(/mail \d+ %/).waitFor({ timeout: 60_000 });
      await code.reload();
      await code.activityBar('NanoNet');
      await code.statusBar(/mail \d+ %/).waitFor({ timeout: 60_000 });
      await code.runCommand('NanoNet: Open Training Panel');
      const panel = await code.webview('Train mail');
      const atOnce = await steps(panel);
      expect(atOnce.length).toBeGreaterThanOrEqual(keptPoints);
      expect(holes(atOnce)).toBe(0);
      await finished(panel);
      const points = await steps(panel);
      expect(holes(points)).toBe(0);
      expect(points.at(-1)).toBe(settings.teachSteps + length);
      const same = await isUndisturbed('v2');
      Object.assign(figures, {
        pointsAfterReload: atOnce.length,
        points: points.length,
        holes: holes(points),
        sameReloaded: same,
      });
      expect(same).toBe(true);
    },
    trainingTimeout,
  );

  it('that has ended is still to be seen after a reload', async () => {
    await code.runCommand('View: Close All Editors');
    await code.reload();
    await code.activityBar('NanoNet');
    await (await code.tree('Classifiers')).row('v2').waitFor({ timeout: 60_000 });
    await code.runCommand('NanoNet: Open Training Panel');
    const panel = await code.webview('Train mail');
    expect(holes(await steps(panel))).toBe(0);
    await panel.getByRole('button', { name: 'Train Again' }).waitFor();
  });

  it('has a report, whose texts are decided about and opened', async () => {
    const panel = await code.webview('Train mail');
    await panel.getByRole('tab', { name: 'Maybe mislabelled' }).click();
    await code.screenshot('training-report-light');
    const doubt = panel.locator('.doubt').first();
    const [path, label] = await Promise.all(
      ['.doubt-facts > :last-child', '.doubt-facts b'].map((part) => doubt.locator(part).first().innerText()),
    );
    const said = (await workspace.journal()).length;
    await doubt.getByRole('button', { name: 'Keep' }).click();
    await panel.getByText('1 text decided about since the training.').waitFor();
    const lines = await workspace.journal();
    expect(lines).toHaveLength(said + 1);
    expect(lines.at(-1)).toMatchObject({ op: 'label', label, text: { path } });
    await panel.getByRole('button', { name: 'Undo Label' }).click();
    await panel.getByText('decided about since the training.').waitFor({ state: 'hidden' });
    await panel.getByRole('tab', { name: 'Confusion' }).click();
    await panel.locator('.cell').first().click();
    const text = panel.locator('.text-row').first();
    const place = await text.locator('.place').innerText();
    await text.click();
    await code.page
      .locator('.editor-group-container.active .tab.active', { hasText: place.split('/').at(-1) ?? '' })
      .waitFor();
  });

  it('says what it was trained with, and leads to where that is changed', async () => {
    await code.runCommand('NanoNet: Open Training Panel');
    const panel = await code.webview('Train mail');
    await panel.getByRole('tab', { name: 'Settings' }).click();
    const row = (name: string): Promise<string[]> =>
      panel
        .getByRole('table', { name: 'Settings' })
        .getByRole('row', { name: new RegExp(`^${name}`) })
        .locator('td')
        .allInnerTexts();
    expect(await row('Longest window')).toEqual(['24', '24']);
    expect(await row('Layers of the students')).toEqual(['0; 1', '0; 1']);
    expect(await row('Learning rate')).toEqual(['0.002', 'not set']);
    for (const theme of ['dark', 'hc', 'light'] as const) {
      await code.setTheme(theme);
      await code.screenshot(`training-settings-${theme}`);
    }
    await panel.getByRole('button', { name: 'Open VS Code’s Settings' }).click();
    await code.page.locator('.settings-editor').getByText('Learning Rate').first().waitFor();
    await code.runCommand('NanoNet: Open Training Panel');
    await panel.getByRole('button', { name: 'Open classifier.json' }).click();
    await code.page
      .locator('.editor-group-container.active .tab.active', { hasText: 'classifier.json' })
      .waitFor();
  });

  it(
    'paused, stays paused over a reload, and goes on when it is asked to',
    async () => {
      await labelOne();
      await chord(code, 't');
      const before = await code.webview('Train mail');
      await underWay(before);
      await before.getByRole('button', { name: 'Pause' }).click();
      await code.statusBar(/mail paused at \d+ %/).waitFor({ timeout: 60_000 });
      await code.reload();
      await code.activityBar('NanoNet');
      await code.statusBar(/mail paused at \d+ %/).waitFor({ timeout: 60_000 });
      const panel = await code.webview('Train mail');
      expect(holes(await steps(panel))).toBe(0);
      await code.screenshot('training-paused-reloaded-light');
      await panel.getByRole('button', { name: 'Resume' }).click();
      await finished(panel);
      const same = await isUndisturbed('v3');
      Object.assign(figures, { samePausedAndReloaded: same });
      expect(same).toBe(true);
    },
    trainingTimeout,
  );

  it(
    'cancelled, leaves the model as it was',
    async () => {
      const classifiers = await code.tree('Classifiers');
      const used = async (): Promise<string | undefined> =>
        (await classifiers.rows()).find(({ description }) => description.includes('✓'))?.label;
      expect(await used()).toBe('v3');
      const model = join(workspace.folder, '.nanonet', 'mail', 'models', 'v3', 'onnx', 'model.onnx');
      const before = await readFile(model);
      await labelOne();
      await chord(code, 't');
      const panel = await code.webview('Train mail');
      await underWay(panel);
      await panel.getByRole('button', { name: 'Cancel' }).click();
      await panel.getByText('Training was cancelled', { exact: true }).waitFor();
      await code.statusBar(/NanoNet: mail [01]\.\d\d/).waitFor();
      expect(await used()).toBe('v3');
      expect((await readFile(model)).equals(before)).toBe(true);
      figures['modelAfterCancel'] = await used();
    },
    trainingTimeout,
  );

  it('had nothing refused by the panel’s content policy', () => {
    expect(code.complaints.filter((line) => /Content Security Policy|nanonet/i.test(line))).toEqual([]);
  });
});
