import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadEncoder } from '../../../extension/engine/encoders/encoder';
import { fastestDevice, type ChosenDevice } from '../../../extension/engine/learn/fastestDevice';
import {
  runOnDevice,
  type DeviceAnswer,
  type DeviceJob,
} from '../../../extension/engine/runtime/deviceProcess';
import { f32, floats } from '../../../extension/engine/runtime/tensor';
import { withDevices } from '../webgpu/devices';
import { baseModel } from './tinyRun';

type Ran = Exclude<DeviceAnswer, { reason: string }>;
type TryDevice = (job: DeviceJob) => Promise<DeviceAnswer>;

/** Answers of the real devices, each asked once: a software Vulkan takes a while. */
const asked = new Map<string, Promise<DeviceAnswer>>();

/** What a person's `auto` comes to where WebGPU answers as `change` says. */
async function choose(change: (answer: Ran) => DeviceAnswer = (answer) => answer): Promise<ChosenDevice> {
  const encoder = await loadEncoder(baseModel);
  return withDevices((tryDevice: TryDevice) =>
    fastestDevice(
      encoder,
      async (job) => {
        const key = `${job.device} ${job.timedRuns}`;
        const answering = asked.get(key) ?? tryDevice(job);
        asked.set(key, answering);
        const answer = await answering;
        return 'reason' in answer || job.device !== 'webgpu' ? answer : change(answer);
      },
      ['webgpu'],
    ),
  );
}

describe('fastestDevice', () => {
  it('takes the CPU where WebGPU is right and slow, as a software Vulkan is', async () => {
    const { device, skipped } = await choose();
    expect(device).toBe('cpu');
    expect(skipped).toEqual([
      { device: 'webgpu', reason: expect.stringMatching(/^slower \(\d+ ms a step\)/) },
    ]);
  });

  it('takes a device that is right and faster', async () => {
    expect(await choose((answer) => ({ ...answer, ms: 1e-3 }))).toEqual({ device: 'webgpu', skipped: [] });
  });

  it('refuses a device that gives wrong numbers, however fast', async () => {
    const { device, skipped } = await choose(({ outputs }) => {
      const gradient = floats(outputs['gradient']).map((x) => x * 1.01);
      return { outputs: { gradient: f32([gradient.length], gradient) }, ms: 1e-3 };
    });
    expect(device).toBe('cpu');
    expect(skipped[0]?.reason).toMatch(/^its numbers differ from the CPU's by /);
  });
});

describe('runOnDevice', () => {
  const job: DeviceJob = { device: 'webgpu', model: new Uint8Array(), feeds: {}, timedRuns: 0 };

  it.each([
    ['process.abort()', /^its driver ended the process \(SIGABRT\)$/],
    ['process.exit(3)', /^its driver ended the process \(3\)$/],
    ['setInterval(() => undefined, 1000)', /^no answer within 1 seconds$/],
  ])('survives a driver that does %s', async (code, reason) => {
    const dir = await mkdtemp(join(tmpdir(), 'nanonet-driver-'));
    try {
      const modulePath = join(dir, 'driver.cjs');
      await writeFile(modulePath, `process.once('message', () => { ${code} });`);
      const answer = await runOnDevice(job, { modulePath, timeoutMs: 1000 });
      expect('reason' in answer ? answer.reason : '').toMatch(reason);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
