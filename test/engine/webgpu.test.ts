/** The GPU path on every machine: WebGPU on a software Vulkan gives the CPU's gradients. */
import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { loadEncoder } from '../../extension/engine/encoders/encoder';
import { modelBytes } from '../../extension/engine/graph/serialise';
import { soloStep } from '../../extension/engine/learn/soloStep';
import { adapters } from '../../extension/engine/peft/adapter';
import { transformerBlock } from './autodiff/block';
import { tinyModel } from './encoders/families/tinyModels';
import { largestDifference } from '../../extension/engine/runtime/tensor';
import { compareWithWebGpu, deviceJob } from './webgpu/devices';

describe('WebGPU', () => {
  it('gives the same loss and gradients as the CPU for a transformer layer', async () => {
    const { graph, feeds, trained } = transformerBlock();
    const differences = await compareWithWebGpu(modelBytes(graph), feeds);
    expect(differences.size).toBe(trained.length + 1);
    for (const [name, difference] of differences) {
      // Its gradient is zero, up to rounding: see block.test.ts.
      if (name === 'gradient/key.bias') continue;
      expect(difference, name).toBeLessThan(1e-3);
    }
  });

  it('gives the same gradient as the CPU for a step of a family whose attention knows of places', async () => {
    const { dir } = await tinyModel('modernbert');
    const encoder = await loadEncoder(dir);
    await rm(dir, { recursive: true });
    const shape = { layers: encoder.layers, batch: 2, tokens: 12 };
    const { graph, feeds } = soloStep(encoder, adapters.lora, shape);
    const differences = await compareWithWebGpu(modelBytes(graph), feeds);
    expect(differences.get('gradient')).toBeLessThan(1e-3);
  });

  it('trains with the same losses as the CPU, its state on the device', async () => {
    const { cpu, webgpu } = await deviceJob('losses', 3);
    const flat = (losses: number[][]) => Float32Array.from(losses.flat());
    expect(largestDifference(flat(cpu), flat(webgpu))).toBeLessThan(1e-3);
    // It learns: a state that stayed what it was would give the first losses again.
    expect(cpu[2]?.[0]).toBeLessThan(0.95 * (cpu[0]?.[0] ?? 0));
  });

  it('leaves no tensor on the device in a thousand steps', async () => {
    const { live, left, grown, parameter } = await deviceJob('leak');
    // Parameters and two moments, after every step.
    expect(live).toEqual([3]);
    expect(left).toBe(0);
    // One forgotten vector a step would be 59 MB.
    expect(grown).toBeLessThan(48 << 20);
    expect(parameter).toBeCloseTo(0.99 ** 1000, 4);
  });
});
