import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadEncoder } from '../../../extension/engine/encoders/encoder';
import { fastestDevice } from '../../../extension/engine/learn/fastestDevice';
import {
  runOnDevice,
  type DeviceAnswer,
  type DeviceJob,
} from '../../../extension/engine/runtime/deviceProcess';
import { f32, floats } from '../../../extension/engine/runtime/tensor';
import { withDevices } from '../webgpu/devices';
import { baseModel } from './tinyRun';

/** An answer with every number of WebGPU's gradient changed a little. */
function wrong(job: DeviceJob, answer: DeviceAnswer): DeviceAnswer {
  if (job.device !== 'webgpu' || 'reason' in answer) return answer;
  const gradient = floats(answer.outputs['gradient']).map((x) => x * 1.01);
  return { ...answer, outputs: { gradient: f32([gradient.length], gradient) } };
}

describe('fastestDevice', () => {
  it('takes the faster of CPU and WebGPU, and says why not the other', async () => {
    const { device, skipped } = await withDevices(async (tryDevice) =>
      fastestDevice(await loadEncoder(baseModel), tryDevice, ['webgpu']),
    );
    // A software Vulkan is right, and slow.
    expect(device).toBe('cpu');
    expect(skipped).toEqual([
      { device: 'webgpu', reason: expect.stringMatching(/^slower \(\d+ ms a step\)/) },
    ]);
  });

  it('takes a device that is faster', async () => {
    const chosen = await withDevices(async (tryDevice) => {
      const hurried = async (job: DeviceJob): Promise<DeviceAnswer> => {
        const answer = await tryDevice(job);
        return 'reason' in answer || job.device !== 'webgpu' ? answer : { ...answer, ms: 1e-3 };
      };
      return fastestDevice(await loadEncoder(baseModel), hurried, ['webgpu']);
    });
    expect(chosen).toEqual({ device: 'webgpu', skipped: [] });
  });

  it('refuses a device that gives wrong numbers', async () => {
    const { device, skipped } = await withDevices(async (tryDevice) =>
      fastestDevice(await loadEncoder(baseModel), async (job) => wrong(job, await tryDevice(job)), [
        'webgpu',
      ]),
    );
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
