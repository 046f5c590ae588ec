import { expect, it } from 'vitest';
import { modelBytes } from '../../../extension/engine/graph/serialise';
import { inEightBits } from '../../../extension/engine/learn/inEightBits';
import { membersOf } from '../../../extension/engine/learn/stepGraph';
import { Session } from '../../../extension/engine/runtime/session';
import { f32, floats, largestDifference, type Tensor } from '../../../extension/engine/runtime/tensor';
import { compareWithWebGpu } from '../webgpu/devices';
import { stepGraphCase } from './stepGraphCase';

it('gives the same gradients on WebGPU as on the CPU', async () => {
  const { model, feeds } = await stepGraphCase();
  const differences = await compareWithWebGpu(model, feeds);
  expect(differences.get('gradient')).toBeLessThan(1e-3);
  expect(differences.get('losses')).toBeLessThan(1e-3);
});

it.each(['lora', 'bitfit', 'houlsby'] as const)('has the gradient of the losses with %s', async (adapter) => {
  const { model, feeds, cohort } = await stepGraphCase(adapter);
  const session = await Session.create(model, { device: 'cpu' });
  try {
    const start = floats(feeds['parameters']);
    const at = async (parameters: Float32Array) => {
      const out = await session.run({ ...feeds, parameters: f32([parameters.length], parameters) });
      return { loss: floats(out['losses']), gradient: floats(out['gradient']) };
    };
    const { gradient } = await at(start);
    expect(gradient).toHaveLength(cohort.layout.size);
    // A member learns from others without moving them, so each loss is differentiated by its own parameters alone.
    for (const [m, { id }] of membersOf(cohort).entries()) {
      const own = new Float32Array(gradient.length);
      for (const { spec, offset, size } of cohort.layout.slots) {
        if (spec.name.startsWith(`${id}/`)) own.set(gradient.subarray(offset, offset + size), offset);
      }
      // Along the gradient itself the slope is the gradient's length.
      const length = Math.sqrt(own.reduce((a, g) => a + g * g, 0));
      const step = 5e-3;
      const along = (sign: number) => start.map((x, i) => x + (sign * step * (own[i] ?? 0)) / length);
      const [ahead, behind] = [await at(along(1)), await at(along(-1))];
      const slope = ((ahead.loss[m] ?? 0) - (behind.loss[m] ?? 0)) / (2 * step);
      expect(slope / length).toBeGreaterThan(0.95);
      expect(slope / length).toBeLessThan(1.05);
    }
  } finally {
    await session.dispose();
  }
});

it('moves parameters against the gradient, no member further than its clipped step', async () => {
  const { model, feeds } = await stepGraphCase();
  const session = await Session.create(model, { device: 'cpu' });
  try {
    const out = await session.run(feeds);
    const before = floats(feeds['parameters']);
    const after = floats(out['parameters.next']);
    const gradient = floats(out['gradient']);
    let downhill = 0;
    for (let i = 0; i < before.length; i++) {
      const move = (after[i] ?? 0) - (before[i] ?? 0);
      downhill += Math.sign(move) === -Math.sign(gradient[i] ?? 0) ? 1 : 0;
      expect(Math.abs(move)).toBeLessThan(1.2e-3);
    }
    expect(downhill / before.length).toBeGreaterThan(0.95);
  } finally {
    await session.dispose();
  }
});

it('takes a step in parts as it takes it whole', async () => {
  const { model, feeds } = await stepGraphCase();
  const session = await Session.create(model, { device: 'cpu' });
  try {
    const whole = await session.run(feeds);
    const first = await session.run({ ...feeds, ...partOf(feeds, 0, 2) });
    const second = await session.run({
      ...feeds,
      ...partOf(feeds, 2, 4),
      gradient_before: f32([floats(first['gradient']).length], floats(first['gradient'])),
    });
    const losses = floats(first['losses']).map((loss, m) => loss + (floats(second['losses'])[m] ?? 0));
    expect(largestDifference(losses, floats(whole['losses']))).toBeLessThan(1e-5);
    const agreements = floats(first['agreements']).map(
      (share, m) => share + (floats(second['agreements'])[m] ?? 0),
    );
    expect(agreements).toEqual(floats(whole['agreements']));
    expect(largestDifference(floats(second['gradient']), floats(whole['gradient']))).toBeLessThan(1e-4);
    expect(
      largestDifference(floats(second['parameters.next']), floats(whole['parameters.next'])),
    ).toBeLessThan(1e-3);
  } finally {
    await session.dispose();
  }
});

it('says of which share of the other texts students are of one mind', async () => {
  const { model, feeds, cohort } = await stepGraphCase();
  const session = await Session.create(model, { device: 'cpu' });
  try {
    const agreements = async (favourites: readonly [number, number]): Promise<number[]> => {
      const parameters = floats(feeds['parameters']).slice();
      cohort.students.forEach(({ id }, s) => {
        cohort.layout.read(parameters, `${id}/head.bias`).fill(0)[favourites[s] ?? 0] = 100;
      });
      const out = await session.run({ ...feeds, parameters: f32([parameters.length], parameters) });
      return [...floats(out['agreements'])];
    };
    expect(await agreements([1, 1])).toEqual([0, 1, 1]);
    expect(await agreements([0, 2])).toEqual([0, 0, 0]);
  } finally {
    await session.dispose();
  }
});

/** The rows `from` to `to` of a batch; the teacher reads all rows but the last, in their order. */
function partOf(feeds: Readonly<Record<string, Tensor>>, from: number, to: number): Record<string, Tensor> {
  const isRow = /^(input_ids|attention_mask|given_weight|unlabelled_weight)\/|^(given|spread)$/;
  const part = Object.entries(feeds).flatMap(([name, { type, shape, data }]) => {
    if (!isRow.test(name)) return [];
    const [rows = 1, ...rest] = shape;
    const [start, end] = [from, Math.min(to, rows)];
    const size = data.length / rows;
    const cut = data.slice(start * size, end * size) as Tensor['data'];
    return [[name, { type, shape: [end - start, ...rest], data: cut } as Tensor] as const];
  });
  const read = Math.min(to, 3) - from;
  const reads = f32([to - from, read]);
  for (let row = 0; row < read; row++) reads.data[row * read + row] = 1;
  return { ...Object.fromEntries(part), reads };
}

it('points where the exact gradient points when frozen weights are taken in 8 bits', async () => {
  const { graph, model, feeds } = await stepGraphCase();
  const rounded = modelBytes(inEightBits(graph, { device: 'cpu', eightBit: true }));
  // No product keeps its weight in 32 bits, in either direction.
  expect(rounded.length).toBeLessThan(model.length);
  const [exact, coarse] = await Promise.all(
    [model, rounded].map(async (bytes) => {
      const session = await Session.create(bytes, { device: 'cpu' });
      const out = await session.run(feeds).finally(() => session.dispose());
      return { loss: floats(out['losses']), gradient: floats(out['gradient']) };
    }),
  );
  const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
  const [g, q] = [exact?.gradient ?? new Float32Array(), coarse?.gradient ?? new Float32Array()];
  const cosine = dot(g, q) / Math.sqrt(dot(g, g) * dot(q, q));
  expect(cosine).toBeGreaterThan(0.98);
  expect(cosine).toBeLessThan(1 - 1e-6);
  exact?.loss.forEach((loss, m) => expect(Math.abs((coarse?.loss[m] ?? 0) / loss - 1)).toBeLessThan(0.02));
});

it('leaves the graph as it is for other devices', async () => {
  const { graph } = await stepGraphCase();
  expect(inEightBits(graph, { device: 'webgpu', eightBit: true })).toBe(graph);
});
