/** The GPU path on every machine: WebGPU on a software Vulkan gives the CPU's gradients. */
import { describe, expect, it } from 'vitest';
import { modelBytes } from '../../extension/engine/graph/serialise';
import { transformerBlock } from './autodiff/block';
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
