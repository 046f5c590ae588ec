import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { add } from '../../../extension/engine/graph/arithmetic';
import { Graph } from '../../../extension/engine/graph/graph';
import { matmul } from '../../../extension/engine/graph/matrix';
import { modelBytes } from '../../../extension/engine/graph/serialise';
import { describeSkipped, openSession } from '../../../extension/engine/runtime/devices';
import { defaultThreads, Session } from '../../../extension/engine/runtime/session';
import { f32 } from '../../../extension/engine/runtime/tensor';

/** product = a x b, total = a x b + b. */
function graph(): Uint8Array {
  const g = new Graph();
  const a = g.input('a', 'float32', ['rows', 2]);
  const b = g.input('b', 'float32', [2, 2]);
  const product = matmul(g, a, b);
  g.output(product, 'product');
  g.output(add(g, g.input('c', 'float32', ['rows', 2]), product), 'total');
  return modelBytes(g);
}

const feeds = {
  a: f32([2, 2], [1, 2, 3, 4]),
  b: f32([2, 2], [1, 0, 0, 1]),
  c: f32([2, 2], [10, 10, 10, 10]),
};

afterEach(() => {
  expect(Session.live).toBe(0);
});

describe('Session', () => {
  it('computes all outputs, or those that are named', async () => {
    const session = await Session.create(graph(), { device: 'cpu' });
    expect(session.inputNames).toEqual(['a', 'b', 'c']);
    expect(Object.keys(await session.run(feeds))).toEqual(['product', 'total']);
    expect(await session.run(feeds, ['total'])).toEqual({ total: f32([2, 2], [11, 12, 13, 14]) });
    await session.dispose();
  });

  it('writes into tensors that are given, and returns them', async () => {
    const session = await Session.create(graph(), { device: 'cpu' });
    const given = f32([2, 2]);
    const outputs = await session.run(feeds, { product: given, total: null });
    expect(outputs['product']).toBe(given);
    expect([...given.data]).toEqual([1, 2, 3, 4]);
    expect(outputs['total']?.data).toEqual(Float32Array.of(11, 12, 13, 14));
    await session.dispose();
  });

  it('steps between two sets of buffers as between new ones', async () => {
    const session = await Session.create(graph(), { device: 'cpu' });
    let [current, next] = [f32([2, 2], [1, 2, 3, 4]), f32([2, 2])];
    for (let step = 0; step < 5; step++) {
      await session.run({ ...feeds, a: current }, { total: next });
      [current, next] = [next, current];
    }
    expect([...current.data]).toEqual([51, 52, 53, 54]);
    await session.dispose();
  });

  it('refuses to write an output over an input', async () => {
    const session = await Session.create(graph(), { device: 'cpu' });
    await expect(session.run(feeds, { total: feeds.c })).rejects.toThrow(
      '"total" would be written over input "c"',
    );
    await session.dispose();
  });

  it('waits for runs that were begun, and refuses later ones', async () => {
    const session = await Session.create(graph(), { device: 'cpu' });
    const running = session.run(feeds, ['total']);
    const disposing = session.dispose();
    expect((await running)['total']?.data[0]).toBe(11);
    await disposing;
    await session.dispose();
    await expect(session.run(feeds)).rejects.toThrow('disposed');
  });

  it('says which file is no model', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'nanonet-session-'));
    const file = join(dir, 'model.onnx');
    await writeFile(file, 'no model');
    await expect(Session.create(file, { device: 'cpu' })).rejects.toMatchObject({
      code: 'runtime/model-file',
    });
    await expect(Session.create(join(dir, 'none.onnx'), { device: 'cpu' })).rejects.toThrow('none.onnx');
    await rm(dir, { recursive: true });
  });

  it('leaves the editor processors where there are many', () => {
    expect([1, 2, 4, 8, 16].map((n) => defaultThreads(n, 'x64'))).toEqual([1, 2, 2, 4, 8]);
    expect([2, 8, 10].map((n) => defaultThreads(n, 'arm64'))).toEqual([2, 6, 8]);
  });
});

describe('openSession', () => {
  it('takes the CPU for auto', async () => {
    const { session, device, skipped } = await openSession(graph(), 'auto');
    expect({ device, skipped }).toEqual({ device: 'cpu', skipped: [] });
    await session.dispose();
  });

  it.skipIf(process.platform === 'win32')(
    'computes on the CPU, and says why, where a device is not there',
    async () => {
      const { session, device, skipped } = await openSession(graph(), 'dml');
      expect(device).toBe('cpu');
      expect(skipped.map(describeSkipped)).toEqual([
        `DirectML: not part of the runtime for ${process.platform}-${process.arch}`,
      ]);
      expect((await session.run(feeds))['total']?.data[0]).toBe(11);
      await session.dispose();
    },
  );

  it('gives the right numbers on WebGPU, or says why it is left out', async () => {
    const { session, device, skipped } = await openSession(graph(), 'webgpu');
    expect(device === 'webgpu' ? skipped.length === 0 : skipped[0]?.reason.length).toBeTruthy();
    expect([...((await session.run(feeds))['total']?.data ?? [])]).toEqual([11, 12, 13, 14]);
    await session.dispose();
  });
});
