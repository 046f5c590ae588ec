/** Runs `tools/*.host.ts` inside a real extension host, on the sample project with a model. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { shallowBase } from '../engine/learn/tinyRun';
import { bundleHostTests } from './harness/bundle.mjs';
import { hostTests } from './harness/hostTests';
import { repository } from './harness/places';
import { sampleWorkspace } from './sampleWorkspace';
import { trainSample } from './trainSample';

it('answers an agent', async () => {
  const base = await shallowBase();
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  const workspace = await sampleWorkspace({ base, students: [[0], [1]], windowTokens: 24 });
  onTestFinished(() => workspace.remove());
  await trainSample(workspace.folder, { seed: 1, steps: 12 });
  const outcome = await hostTests({
    extensionDevelopmentPath: repository,
    extensionTestsPath: await bundleHostTests(join(import.meta.dirname, 'tools')),
    workspace: workspace.folder,
    env: { NANONET_HOST_TIMEOUT_MS: '60000' },
  });
  const failed = outcome.results.filter(({ state }) => state === 'failed');
  expect(failed.map(({ title, error }) => `${title}\n${error}`)).toEqual([]);
  expect(outcome.results.length, outcome.log).toBe(6);
});
