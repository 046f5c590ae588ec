import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Preflights } from '../../../extension/engine/learn/preflight';
import { runJob, type DeviceJob } from '../../../extension/engine/runtime/deviceProcess';
import { Session } from '../../../extension/engine/runtime/session';
import { shallowBase, tinyTexts } from './tinyRun';

let base = '';
beforeAll(async () => {
  base = await shallowBase();
});
afterAll(() => rm(base, { recursive: true, force: true }));

const sample = tinyTexts().map(({ text }) => text);
const asked = { settings: {}, labelled: 30, unlabelled: 1000, classes: 3, sample };

it('expects minutes from a step that is timed on the device that a trial chose, once a process', async () => {
  const tried: string[] = [];
  // A card whose numbers are right and which is slow.
  const tryDevice = async (job: DeviceJob) => {
    tried.push(job.device);
    const answer = await runJob({ ...job, device: 'cpu' });
    return 'reason' in answer || job.device === 'cpu' ? answer : { ...answer, ms: 1e6 };
  };
  const preflights = new Preflights({ defaultBase: base, tryDevice });
  const few = await preflights.estimate(asked);
  expect(few.device).toBe('cpu');
  const trials = tried.length;
  const many = await preflights.estimate({ ...asked, unlabelled: 20_000 });
  expect(tried).toHaveLength(trials);
  expect(many.durationMs).toBeGreaterThan(few.durationMs);
  // More texts than are learned from take no longer.
  const most = await preflights.estimate({ ...asked, unlabelled: 1_000_000 });
  expect(most.durationMs).toBe(many.durationMs);
  const longer = await preflights.estimate({ ...asked, settings: { steps: 1000 } });
  expect(longer.durationMs).toBeGreaterThan(few.durationMs);
  expect(few.memoryBytes).toBeGreaterThan(300e6);
  expect(few.memoryBytes).toBeLessThan(2e9);
  expect(Session.live).toBe(0);
});

it.each([
  [{ steps: 0 }, '"steps" is 0; give a whole number of at least 1.'],
  [{ windowTokens: 3 }, '"windowTokens" is 3; give a whole number of at least 8.'],
  [{ mutualShare: 2 }, '"mutualShare" is 2; give a share from 0 to 1.'],
  [{ students: [[9]] }, /A student asks for layer 9, but the base model has layers 0 to 1/],
])('says what is wrong with %j before anything is computed', async (settings, sentence) => {
  const preflights = new Preflights({ defaultBase: base, tryDevice: runJob });
  await expect(preflights.estimate({ ...asked, settings })).rejects.toThrow(sentence);
});
