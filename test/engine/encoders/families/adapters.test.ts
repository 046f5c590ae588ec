/** Each adapter on each family: what is learned goes where it belongs, and its gradients are those of the loss. */
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadEncoder, type Encoder } from '../../../../extension/engine/encoders/encoder';
import type { Value } from '../../../../extension/engine/graph/graph';
import { modelBytes } from '../../../../extension/engine/graph/serialise';
import { ParameterLayout } from '../../../../extension/engine/learn/parameterLayout';
import { Random } from '../../../../extension/engine/learn/random';
import { soloStep } from '../../../../extension/engine/learn/soloStep';
import { adapters, mergeAdapter, type Adapter } from '../../../../extension/engine/peft/adapter';
import { parameterSpecs } from '../../../../extension/engine/peft/member';
import { Session } from '../../../../extension/engine/runtime/session';
import { f32, floats, type FloatTensor } from '../../../../extension/engine/runtime/tensor';
import { embed, embeddingGraph, largestDifference } from '../minilm';
import { familyNames, tinyModel, type FamilyName } from './tinyModels';

const withBiases = { norm_bias: true, attention_bias: true, mlp_bias: true };
const kinds = ['lora', 'bitfit', 'houlsby'] as const;
const folders: string[] = [];
const encoders = new Map<string, Encoder>();

beforeAll(async () => {
  const load = async (key: string, name: FamilyName, changes = {}): Promise<void> => {
    const { dir } = await tinyModel(name, undefined, changes);
    folders.push(dir);
    encoders.set(key, await loadEncoder(dir));
  };
  for (const name of familyNames) await load(name, name);
  await load('modernbert with biases', 'modernbert', withBiases);
});

afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
  expect(Session.live).toBe(0);
});

const pairs = [...familyNames, 'modernbert with biases'].flatMap((name) =>
  kinds.flatMap((kind) => (name === 'modernbert' && kind === 'bitfit' ? [] : [[name, kind] as const])),
);

describe('an adapter', () => {
  it.each(pairs)('of %s, %s, says the same in the student that is deployed', async (name, kind) => {
    const encoder = encoders.get(name) as Encoder;
    const layers = [1, 0];
    const adapter = adapters[kind](encoder, layers);
    const values = disturbed(adapter);
    const windows = [[5, 9, 7, 6, 8, 10, 11, 12, 9, 6, 5, 7], [6]];
    const training = embeddingGraph(encoder, layers, (g) => {
      const inputs = new Map(
        adapter.parameters.map(({ name: own, shape }) => [own, g.input(own, 'float32', shape)]),
      );
      return { adapter: adapter.bind((own) => inputs.get(own) as Value) };
    });
    const read = new Set(training.nodes.flatMap(({ inputs }) => inputs));
    expect(training.inputs.filter((input) => !read.has(input))).toEqual([]);

    const learned = await embed(training, windows, Object.fromEntries(values));
    const plain = await embed(embeddingGraph(encoder, layers), windows);
    expect(difference(learned, plain)).toBeGreaterThan(0.01);

    const merged = mergeAdapter(encoder, layers, adapter, (own) => values.get(own)?.data as Float32Array);
    const deployed = embeddingGraph(merged.encoder, [0, 1], (g) => ({
      adapter: merged.adapter.bind((own) => g.sharedConstant(own, () => values.get(own) as FloatTensor)),
    }));
    expect(difference(learned, await embed(deployed, windows))).toBeLessThan(1e-5);
  });

  it('of biases is refused where there are none', () => {
    const encoder = encoders.get('modernbert') as Encoder;
    expect(() => adapters.bitfit(encoder, [0])).toThrow(
      'The base model has no biases, and BitFit trains nothing else: choose the adapter "lora" or "houlsby".',
    );
  });
});

/** Along the gradient of each parameter, the loss must rise as fast as that gradient is long. */
describe('the gradient of a training step', () => {
  it.each(pairs)('of %s with %s agrees with differences', async (name, kind) => {
    const encoder = encoders.get(name) as Encoder;
    const shape = { layers: encoder.layers, batch: 3, tokens: 12 };
    const { graph, feeds } = soloStep(encoder, adapters[kind], shape);
    const random = Random.of('gradient', name, kind);
    const start = floats(feeds['parameters']).map((x) => x + 0.1 * random.normal());
    const session = await Session.create(modelBytes(graph), { device: 'cpu' });
    const run = (parameters: Float32Array): ReturnType<Session['run']> =>
      session.run({ ...feeds, parameters: f32([parameters.length], parameters) }, ['losses', 'gradient']);
    const lossAt = async (parameters: Float32Array): Promise<number> =>
      floats((await run(parameters))['losses'])[0] ?? NaN;
    try {
      const gradient = floats((await run(start))['gradient']).slice();
      const layers = Array.from({ length: encoder.layers }, (_, i) => i);
      const member = { id: 'student', layers, classes: 4, adapter: adapters[kind](encoder, layers) };
      const { slots } = new ParameterLayout(parameterSpecs(member, encoder.hiddenSize));
      let checked = 0;
      for (const { spec, offset, size } of slots) {
        const own = gradient.subarray(offset, offset + size);
        const length = Math.hypot(...own);
        const step = 0.005;
        const moved = (sign: number): Float32Array => {
          const there = start.slice();
          own.forEach(
            (x, i) => (there[offset + i] = (there[offset + i] as number) + (sign * step * x) / length),
          );
          return there;
        };
        // What a softmax does not notice: a bias that all keys share.
        if (length < 1e-3) continue;
        const slope = ((await lossAt(moved(1))) - (await lossAt(moved(-1)))) / (2 * step);
        expect(Math.abs(slope - length), `${spec.name}: ${slope} for ${length}`).toBeLessThan(
          0.02 * length + 1e-4,
        );
        checked += 1;
      }
      expect(checked).toBeGreaterThan(0.8 * slots.length);
    } finally {
      await session.dispose();
    }
  });
});

function disturbed(adapter: Adapter): Map<string, FloatTensor> {
  const random = Random.of('disturbed', adapter.kind);
  return new Map(
    adapter.parameters.map(({ name, shape, init }) => {
      const tensor = f32(shape);
      tensor.data.forEach((_, i) => {
        const first = typeof init === 'object' && 'data' in init ? Number(init.data[i]) : 0;
        tensor.data[i] = first + 0.2 * random.normal();
      });
      return [name, tensor];
    }),
  );
}

function difference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  return Math.max(...a.map((row, i) => largestDifference(row, b[i] ?? new Float32Array())));
}
