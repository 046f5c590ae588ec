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
import type { SessionDevice } from '../../../extension/engine/runtime/session';
import { floats, type Tensor } from '../../../extension/engine/runtime/tensor';
import type { Answer, Job } from './child';

const chromium = '/usr/lib/chromium';
const softwareVulkan = path.join(chromium, 'vk_swiftshader_icd.json');

export const hasSoftwareVulkan = existsSync(softwareVulkan);

/** Largest difference of each float output, relative to the output's largest element on the CPU. */
export async function compareWithWebGpu(
  model: Uint8Array,
  feeds: Record<string, Tensor>,
): Promise<Map<string, number>> {
  const cpu = await runOn('cpu', model, feeds);
  const webgpu = await runOn('webgpu', model, feeds);
  const differences = new Map<string, number>();
  for (const [name, tensor] of Object.entries(cpu)) {
    if (tensor.type === 'float32') differences.set(name, difference(floats(tensor), floats(webgpu[name])));
  }
  return differences;
}

/** One run in a child process. @throws Error with the child's message when it fails or dies */
export async function runOn(
  device: SessionDevice,
  model: Uint8Array,
  feeds: Record<string, Tensor>,
): Promise<Record<string, Tensor>> {
  const dir = await mkdtemp(path.join(tmpdir(), 'nanonet-device-'));
  try {
    const outfile = path.join(dir, 'child.cjs');
    await build({
      entryPoints: [path.join(import.meta.dirname, 'child.ts')],
      bundle: true,
      platform: 'node',
      outfile,
      external: ['onnxruntime-node'],
    });
    const answer = await askChild(outfile, { device, model, feeds });
    if ('error' in answer) throw new Error(`${device}: ${answer.error}`);
    return answer.outputs;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function askChild(file: string, job: Job): Promise<Answer> {
  const vulkan = hasSoftwareVulkan ? { VK_ICD_FILENAMES: softwareVulkan, LD_LIBRARY_PATH: chromium } : {};
  // The child lies outside the project, so it must be told where packages are.
  const env = { ...process.env, ...vulkan, NODE_PATH: path.resolve('node_modules') };
  const child = fork(file, { serialization: 'advanced', env });
  return new Promise((resolve, reject) => {
    child.once('message', (answer) => resolve(answer as Answer));
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`${job.device}: the process ended (${code ?? signal}).`)),
    );
    child.send(job);
  });
}

/** Infinite when shapes or numbers make no sense, so that a silent zero cannot pass. */
function difference(expected: Float32Array, actual: Float32Array): number {
  if (expected.length !== actual.length) return Infinity;
  const scale = expected.reduce((max, x) => Math.max(max, Math.abs(x)), 1e-6);
  const worst = expected.reduce((max, x, i) => Math.max(max, Math.abs(x - (actual[i] ?? NaN))), 0);
  return Number.isNaN(worst) ? Infinity : worst / scale;
}
