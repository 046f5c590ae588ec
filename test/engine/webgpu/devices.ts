/**
 * The same graph on the CPU and on WebGPU. Without a graphics card WebGPU runs on a software Vulkan: Debian's
 * package `chromium` brings one. Slow: keep the graphs tiny.
 */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import {
  runOnDevice,
  type DeviceAnswer,
  type DeviceJob,
} from '../../../extension/engine/runtime/deviceProcess';
import type { SessionDevice } from '../../../extension/engine/runtime/session';
import { floats, largestDifference, type Tensor } from '../../../extension/engine/runtime/tensor';
import type { DeviceAnswers } from './deviceJobs';

const chromium = '/usr/lib/chromium';
const softwareVulkan = path.join(chromium, 'vk_swiftshader_icd.json');

const hasSoftwareVulkan = existsSync(softwareVulkan);

/** Largest difference of each float output, relative to the output's largest element on the CPU. */
export async function compareWithWebGpu(
  model: Uint8Array,
  feeds: Record<string, Tensor>,
): Promise<Map<string, number>> {
  const cpu = await runOn('cpu', model, feeds);
  const webgpu = await runOn('webgpu', model, feeds);
  const differences = new Map<string, number>();
  for (const [name, tensor] of Object.entries(cpu)) {
    if (tensor.type === 'float32')
      differences.set(name, largestDifference(floats(tensor), floats(webgpu[name])));
  }
  return differences;
}

/** One run. @throws Error with the reason when it fails */
async function runOn(
  device: SessionDevice,
  model: Uint8Array,
  feeds: Record<string, Tensor>,
): Promise<Record<string, Tensor>> {
  const answer = await withDevices((tryDevice) => tryDevice({ device, model, feeds, timedRuns: 0 }));
  if ('reason' in answer) throw new Error(`${device}: ${answer.reason}`);
  return answer.outputs;
}

/** Gives `use` the engine's own process for devices, with the software Vulkan where there is one. */
export function withDevices<T>(
  use: (tryDevice: (job: DeviceJob) => Promise<DeviceAnswer>) => Promise<T>,
): Promise<T> {
  return withBundle('extension/engine/device.ts', (modulePath) =>
    use((job) => runOnDevice(job, { modulePath, env: deviceEnv(), timeoutMs: 120_000 })),
  );
}

/** What a job of `deviceJobs.ts` answers, in a process where WebGPU works. @throws Error with what it failed with */
export function deviceJob<Name extends keyof DeviceAnswers>(
  name: Name,
  steps = 0,
): Promise<DeviceAnswers[Name]> {
  return withBundle('test/engine/webgpu/deviceJobs.ts', async (modulePath) => {
    const child = fork(modulePath, [name, String(steps)], { env: deviceEnv(), serialization: 'advanced' });
    const answer = new Promise((resolve) => child.once('message', resolve));
    const exit = new Promise<never>((_, reject) =>
      child.once('exit', (code, signal) => reject(new Error(`${name} ended with ${signal ?? code}.`))),
    );
    try {
      return (await Promise.race([answer, exit])) as DeviceAnswers[Name];
    } finally {
      child.kill('SIGKILL');
    }
  });
}

async function withBundle<T>(entry: string, use: (modulePath: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(path.join(tmpdir(), 'nanonet-device-'));
  try {
    const modulePath = path.join(dir, 'device.cjs');
    await build({
      entryPoints: [path.resolve(entry)],
      bundle: true,
      platform: 'node',
      outfile: modulePath,
      external: ['onnxruntime-node'],
      // A script that asks where it lies is told where its source lies.
      define: { 'import.meta.dirname': JSON.stringify(path.dirname(path.resolve(entry))) },
    });
    return await use(modulePath);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function deviceEnv(): NodeJS.ProcessEnv {
  const vulkan = hasSoftwareVulkan ? { VK_ICD_FILENAMES: softwareVulkan, LD_LIBRARY_PATH: chromium } : {};
  // The bundle lies outside the project, so it must be told where packages are.
  return { ...process.env, ...vulkan, NODE_PATH: path.resolve('node_modules') };
}
