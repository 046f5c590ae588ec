/** Runs `host/*.host.ts` inside a real extension host, on the sample project. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleHostTests } from './harness/bundle.mjs';
import type { HostTestsOutcome } from './harness/hostTests';
import { hostTests } from './harness/hostTests';
import { outputFolder, repository } from './harness/places';
import type { SampleWorkspace } from './sampleWorkspace';
import { sampleWorkspace } from './sampleWorkspace';

let workspace: SampleWorkspace;
let outcome: HostTestsOutcome;

beforeAll(async () => {
  workspace = await sampleWorkspace();
  outcome = await hostTests({
    extensionDevelopmentPath: repository,
    extensionTestsPath: await bundleHostTests(import.meta.dirname + '/host', 'extension'),
    workspace: workspace.folder,
    env: { NANONET_FIGURES: await outputFolder('figures'), NANONET_HOST_TIMEOUT_MS: '180000' },
    timeoutMs: 220_000,
  });
});

afterAll(() => workspace?.remove());

describe('inside the extension host', () => {
  it('passes every test', () => {
    const failed = outcome.results.filter(({ state }) => state === 'failed');
    expect(failed.map(({ title, error }) => `${title}\n${error}`)).toEqual([]);
    expect(outcome.results.length, outcome.log).toBeGreaterThanOrEqual(6);
    expect(outcome.exitCode).toBe(0);
  });
});
