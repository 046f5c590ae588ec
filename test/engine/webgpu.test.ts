/** The GPU path on every machine: WebGPU on a software Vulkan gives the CPU's gradients. */
import { describe, expect, it } from 'vitest';
import { modelBytes } from '../../extension/engine/graph/serialise';
import { transformerBlock } from './autodiff/block';
import { compareWithWebGpu } from './webgpu/devices';

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
});
