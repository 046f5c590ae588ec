/**
 * The same graph on the CPU and on WebGPU. Without a graphics card WebGPU runs on a software Vulkan: Debian's
 * package `chromium` brings one. Slow: keep the graphs tiny.
 */
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
export async function withDevices<T>(
  use: (tryDevice: (job: DeviceJob) => Promise<DeviceAnswer>) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(path.join(tmpdir(), 'nanonet-device-'));
  try {
    const modulePath = path.join(dir, 'device.cjs');
    await build({
      entryPoints: [path.resolve('extension/engine/device.ts')],
      bundle: true,
      platform: 'node',
      outfile: modulePath,
      external: ['onnxruntime-node'],
    });
    const vulkan = hasSoftwareVulkan ? { VK_ICD_FILENAMES: softwareVulkan, LD_LIBRARY_PATH: chromium } : {};
    // The bundle lies outside the project, so it must be told where packages are.
    const env = { ...process.env, ...vulkan, NODE_PATH: path.resolve('node_modules') };
    return await use((job) => runOnDevice(job, { modulePath, env, timeoutMs: 120_000 }));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
