import { beforeAll, describe, expect, it } from 'vitest';
import type { Encoder } from '../../../extension/engine/encoders/encoder';
import type { Graph, Value } from '../../../extension/engine/graph/graph';
import {
  adapters,
  mergeAdapter,
  trainedParameterCount,
  type Adapter,
} from '../../../extension/engine/peft/adapter';
import { lora } from '../../../extension/engine/peft/lora';
import type { Tensor } from '../../../extension/engine/runtime/tensor';
import { f32 } from '../../../extension/engine/runtime/tensor';
import { embed, embeddingGraph, largestDifference, loadMiniLm, type MiniLm } from '../encoders/minilm';

const layers = [0, 2, 4];
let model: MiniLm;
let encoder: Encoder;
let windows: number[][];

beforeAll(async () => {
  model = await loadMiniLm();
  encoder = model.encoder;
  windows = ['The weather is lovely today.', 'Stocks fell.'].map(
    (text) => model.tokenizer.windows(text, 32)[0] ?? [],
  );
});

/** Numbers as training might leave them: the first values, and something added to each. */
function trained(adapter: Adapter, size: number): Map<string, Tensor> {
  let state = 1;
  const noise = (): number => {
    state = (state * 48271) % 2147483647;
    return (state / 2147483647 - 0.5) * 2 * size;
  };
  return new Map(
    adapter.parameters.map(({ name, shape, init }) => {
      const tensor = f32(shape);
      tensor.data.forEach((_, i) => {
        const first = typeof init === 'object' && 'data' in init ? Number(init.data[i]) : 0;
        tensor.data[i] = first + noise();
      });
      return [name, tensor];
    }),
  );
}

function graphWithInputs(adapter: Adapter): Graph {
  return embeddingGraph(encoder, layers, (g) => {
    const inputs = new Map(
      adapter.parameters.map(({ name, shape }) => [name, g.input(name, 'float32', shape)]),
    );
    return { adapter: adapter.bind((name) => inputs.get(name) as Value) };
  });
}

function difference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  return Math.max(...a.map((row, i) => largestDifference(row, b[i] ?? new Float32Array())));
}

describe.each(['lora', 'bitfit', 'houlsby'] as const)('%s', (kind) => {
  it('changes the output as inputs, and the same as the deployed student', async () => {
    const adapter = adapters[kind](encoder, layers);
    const values = trained(adapter, kind === 'bitfit' ? 0.1 : 0.05);
    const training = await embed(graphWithInputs(adapter), windows, Object.fromEntries(values));
    expect(difference(training, await embed(embeddingGraph(encoder, layers), windows))).toBeGreaterThan(0.01);

    const merged = mergeAdapter(encoder, layers, adapter, (name) => values.get(name)?.data as Float32Array);
    expect(merged.encoder.layers).toBe(3);
    expect(merged.adapter.kind).toBe(kind === 'houlsby' ? 'houlsby' : 'none');
    const deployed = embeddingGraph(merged.encoder, [0, 1, 2], (g) => ({
      adapter: merged.adapter.bind((name) => g.sharedConstant(name, () => values.get(name) as Tensor)),
    }));
    expect(difference(training, await embed(deployed, windows))).toBeLessThan(1e-4);
  });

  it('has a name of its own for each parameter, and uses every one', () => {
    const adapter = adapters[kind](encoder, layers);
    const names = adapter.parameters.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const g = graphWithInputs(adapter);
    const read = new Set(g.nodes.flatMap(({ inputs }) => inputs));
    expect(g.inputs.filter((input) => !read.has(input))).toEqual([]);
  });
});

describe('first values', () => {
  it('begin at the base model', async () => {
    const base = await embed(embeddingGraph(encoder, layers), windows);
    for (const [kind, tolerance] of [
      ['lora', 1e-6],
      ['bitfit', 1e-6],
      ['houlsby', 0.05],
    ] as const) {
      const adapter = adapters[kind](encoder, layers);
      let turn = 0;
      const values = adapter.parameters.map(({ name, shape, init }): [string, Tensor] => {
        const tensor = f32(shape);
        if (typeof init === 'object') {
          tensor.data.forEach((_, i) => {
            // Deterministic stand-in for the standard normal distribution: deviation 1.
            tensor.data[i] =
              'normal' in init ? init.normal * Math.SQRT2 * Math.sin(++turn) : Number(init.data[i]);
          });
        }
        return [name, tensor];
      });
      const start = await embed(graphWithInputs(adapter), windows, Object.fromEntries(values));
      expect(difference(base, start), kind).toBeLessThan(tolerance);
    }
  });
});

describe('trainedParameterCount', () => {
  it('counts what the papers say is trained, for three layers of width 384', () => {
    const count = (adapter: Adapter): number => trainedParameterCount(adapter);
    // r (in + out) for query, value and output projection, and twice for the feed-forward part.
    expect(count(adapters.lora(encoder, layers))).toBe(3 * (3 * 8 * 768 + 2 * 8 * 1920));
    expect(count(lora(encoder, layers, { rank: 4, targets: ['query', 'value'] }))).toBe(3 * 2 * 4 * 768);
    // Biases: five of 384, one of 1536, two of normalisations; and the embeddings' normalisation.
    expect(count(adapters.bitfit(encoder, layers))).toBe(3 * (5 * 384 + 1536 + 2 * 384) + 384);
    // Two bottlenecks of 32, and two normalisations.
    expect(count(adapters.houlsby(encoder, layers))).toBe(3 * (2 * (2 * 384 * 32 + 32 + 384) + 2 * 2 * 384));
  });
});
