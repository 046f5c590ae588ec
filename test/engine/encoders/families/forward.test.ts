/** The graph of each family beside a forward pass in plain loops. */
import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import {
  buildEncoder,
  loadEncoder,
  selectLayers,
  textInputs,
} from '../../../../extension/engine/encoders/encoder';
import { tokenFeeds } from '../../../../extension/engine/encoders/tokenBatches';
import { Graph } from '../../../../extension/engine/graph/graph';
import { modelBytes } from '../../../../extension/engine/graph/serialise';
import { Random } from '../../../../extension/engine/learn/random';
import { Session } from '../../../../extension/engine/runtime/session';
import { floats } from '../../../../extension/engine/runtime/tensor';
import { referenceStates, type Config } from './reference';
import { familyNames, tinyModel, type FamilyName, type TinyModel } from './tinyModels';

const made: TinyModel[] = [];
afterAll(async () => {
  await Promise.all(made.map(({ dir }) => rm(dir, { recursive: true })));
  expect(Session.live).toBe(0);
});

async function model(name: FamilyName, changes?: Config): Promise<TinyModel> {
  const tiny = await tinyModel(name, undefined, changes);
  made.push(tiny);
  return tiny;
}

/** The output of the embeddings and of each layer for each window: [states][windows][tokens * hidden]. */
async function statesOf(
  encoder: Awaited<ReturnType<typeof loadEncoder>>,
  windows: readonly (readonly number[])[],
): Promise<Float32Array[][]> {
  const g = new Graph();
  const text = textInputs(g);
  const layers = Array.from({ length: encoder.layers }, (_, i) => i);
  const { hidden, hiddenStates } = buildEncoder(g, encoder, { ...text, layers });
  expect(hiddenStates.at(-1)).toBe(hidden);
  hiddenStates.forEach((state, i) => g.output(state, `state.${i}`));
  const session = await Session.create(modelBytes(g), { device: 'cpu' });
  try {
    // Padding of any number: the mask is what counts.
    const outputs = await session.run(tokenFeeds(windows, 5));
    const tokens = Math.max(...windows.map(({ length }) => length));
    return hiddenStates.map((_, i) => {
      const rows = floats(outputs[`state.${i}`]);
      const size = encoder.hiddenSize;
      return windows.map((window, w) => rows.slice(w * tokens * size, (w * tokens + window.length) * size));
    });
  } finally {
    await session.dispose();
  }
}

/** Windows of unlike lengths, the longest of which passes every bucket and every reach. */
function windowsFor({ config }: TinyModel): number[][] {
  const random = Random.of('windows');
  const vocabulary = Number(config['vocab_size']);
  const padId = Number(config['pad_token_id'] ?? 1);
  const token = (): number => {
    const id = random.int(vocabulary);
    return id === padId ? token() : id;
  };
  return [1, 7, 30, 150].map((length) => Array.from({ length }, token));
}

async function compare(tiny: TinyModel): Promise<void> {
  const windows = windowsFor(tiny);
  const states = await statesOf(await loadEncoder(tiny.dir), windows);
  windows.forEach((window, w) => {
    const expected = referenceStates(tiny.config, tiny.tensors, window);
    expect(states).toHaveLength(expected.length);
    expected.forEach((state, i) => {
      const numbers = state.flat();
      // Where nothing normalises, numbers grow with the layers, and so does what 32 bits round.
      const size = Math.max(1, ...numbers.map(Math.abs));
      const difference = numbers.reduce(
        (most, v, j) => Math.max(most, Math.abs(v - (states[i]?.[w]?.[j] ?? NaN)) / size),
        0,
      );
      expect(difference, `state ${i} of ${window.length} tokens`).toBeLessThan(1e-5);
    });
  });
}

describe('hidden states in a padded batch are those of the definition', () => {
  it.each(familyNames)('%s', async (name) => {
    await compare(await model(name));
  });

  it('modernbert with biases', async () => {
    await compare(await model('modernbert', { norm_bias: true, attention_bias: true, mlp_bias: true }));
  });

  it('modernbert with layers and rotations written in the newer way', async () => {
    const older = await model('modernbert', { global_rope_theta: 5000, local_rope_theta: 300 });
    const windows = windowsFor(older);
    const newer = await model('modernbert', {
      global_attn_every_n_layers: null,
      layer_types: ['full_attention', 'sliding_attention', 'sliding_attention', 'full_attention'],
      rope_parameters: {
        full_attention: { rope_type: 'default', rope_theta: 5000 },
        sliding_attention: { rope_type: 'default', rope_theta: 300 },
      },
    });
    await compare(older);
    expect(await statesOf(await loadEncoder(newer.dir), windows)).toEqual(
      await statesOf(await loadEncoder(older.dir), windows),
    );
  });
});

describe('layers that are taken out', () => {
  it.each(familyNames)('compute in %s what they did in their place', async (name) => {
    const { dir } = await model(name);
    const encoder = await loadEncoder(dir);
    const layers = name === 'modernbert' ? [1, 3, 0] : [1, 0];
    const windows = [[5, 6, 7, 8, 9, 10, 11, 12, 13, 14], [9]];
    const run = async (from: typeof encoder, chosen: readonly number[]): Promise<Float32Array> => {
      const g = new Graph();
      const text = textInputs(g);
      g.output(buildEncoder(g, from, { ...text, layers: chosen }).hidden, 'hidden');
      const session = await Session.create(modelBytes(g), { device: 'cpu' });
      const outputs = await session.run(tokenFeeds(windows, 5)).finally(() => session.dispose());
      return floats(outputs['hidden']).slice();
    };
    const student = selectLayers(encoder, layers);
    expect(student.layers).toBe(layers.length);
    expect(
      await run(
        student,
        layers.map((_, i) => i),
      ),
    ).toEqual(await run(encoder, layers));
    expect(await run(encoder, layers.toReversed())).not.toEqual(await run(encoder, layers));
  });
});
