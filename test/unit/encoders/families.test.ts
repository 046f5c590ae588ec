/** What folders of the families may ask for, and how it is said that one asks for more or is broken. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadEncoder, selectLayers, shortenWindows } from '../../../extension/engine/encoders/encoder';
import { families } from '../../../extension/engine/encoders/families';
import { readBase } from '../../../extension/engine/encoders/readBase';
import { writeSafetensors } from '../../../extension/engine/encoders/safetensors';
import {
  familyNames,
  tinyModel,
  type FamilyName,
  type TinyModel,
} from '../../engine/encoders/families/tinyModels';
import { tokenizerFiles } from '../../engine/encoders/families/tinyTokenizers';
import type { Config } from '../../engine/encoders/families/reference';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

async function model(name: FamilyName, changes: Config = {}): Promise<TinyModel> {
  const tiny = await tinyModel(name, undefined, changes);
  folders.push(tiny.dir);
  return tiny;
}

it('every family has a tiny model that tests it', () => {
  expect(Object.keys(families)).toEqual([...familyNames]);
});

describe('a field that is not supported', () => {
  it.each<[FamilyName, Config, string]>([
    [
      'roberta',
      { position_embedding_type: 'relative_key' },
      '"position_embedding_type" in FILE is "relative_key"',
    ],
    ['xlm-roberta', { is_decoder: true }, '"is_decoder" in FILE is true; supported: false'],
    ['roberta', { hidden_act: 'silu' }, '"hidden_act" in FILE is "silu"; supported: gelu, gelu_new'],
    ['roberta', { pad_token_id: -1 }, '"pad_token_id" in FILE is -1; it must be 0 or a positive integer'],
    [
      'roberta',
      { pad_token_id: 900 },
      '"max_position_embeddings" in FILE is 162; its first 901 are no token',
    ],
    ['distilbert', { n_layers: 1e12 }, '"n_layers" in FILE is 1000000000000; it must be at most 1000'],
    ['distilbert', { activation: 'swish' }, '"activation" in FILE is "swish"; supported: gelu'],
    ['distilbert', { dim: undefined }, '"dim" in FILE is missing; it must be a positive integer'],
    ['distilbert', { n_heads: 3 }, '"n_heads" in FILE is 3; it must divide dim 32'],
    [
      'mpnet',
      { relative_attention_num_buckets: 64 },
      '"relative_attention_num_buckets" in FILE is 64; supported: 32',
    ],
    ['modernbert', { hidden_activation: 'silu' }, '"hidden_activation" in FILE is "silu"; supported: gelu'],
    [
      'modernbert',
      { num_attention_heads: 32 },
      '"num_attention_heads" in FILE is 32; heads must be of an even size',
    ],
    ['modernbert', { norm_bias: 'no' }, '"norm_bias" in FILE is "no"; it must be true or false'],
    [
      'modernbert',
      { rope_scaling: { type: 'linear' } },
      '"rope_scaling" in FILE is {"type":"linear"}; supported: null',
    ],
    [
      'modernbert',
      { rope_parameters: { full_attention: { rope_type: 'yarn', rope_theta: 10 } } },
      '"rope_parameters.full_attention.rope_type" in FILE is "yarn"; supported: "default"',
    ],
    [
      'modernbert',
      { rope_parameters: { rope_type: 'yarn' } },
      '"rope_parameters.rope_type" in FILE is "yarn"',
    ],
    ['modernbert', { rope_parameters: [] }, '"rope_parameters" in FILE is []; it must be an object'],
    [
      'modernbert',
      { global_rope_theta: 0 },
      '"global_rope_theta" in FILE is 0; it must be a positive number',
    ],
    [
      'modernbert',
      { layer_types: ['full_attention'] },
      '"layer_types" in FILE is ["full_attention"]; it must be a list of 4',
    ],
    [
      'modernbert',
      { layer_types: ['full_attention', 'linear_attention', 'full_attention', 'full_attention'] },
      'each full_attention or sliding_attention',
    ],
  ])('of %s, %o, is named with its file', async (name, changes, message) => {
    const { dir } = await model(name, changes);
    await expect(loadEncoder(dir)).rejects.toThrow(message.replace('FILE', join(dir, 'config.json')));
    await expect(loadEncoder(dir)).rejects.toMatchObject({ name: 'AppError', code: 'encoders/config' });
  });
});

describe('a tensor', () => {
  it.each<[FamilyName, string]>([
    ['roberta', 'roberta.embeddings.token_type_embeddings.weight'],
    ['distilbert', 'distilbert.transformer.layer.1.ffn.lin2.bias'],
    ['mpnet', 'mpnet.encoder.relative_attention_bias.weight'],
    ['modernbert', 'model.layers.2.attn.Wqkv.weight'],
    ['modernbert', 'model.final_norm.weight'],
  ])('of %s that is missing or of another size is named: %s', async (name, tensor) => {
    const { dir, tensors } = await model(name);
    const file = join(dir, 'model.safetensors');
    const own = tensor.slice(tensor.indexOf('.') + 1);
    const rest = new Map([...tensors].filter(([key]) => key !== tensor));
    await writeSafetensors(file, rest);
    await expect(loadEncoder(dir)).rejects.toThrow(
      `${file} has no tensor "${own}", which config.json asks for.`,
    );
    const shape = tensors.get(tensor)?.shape ?? [];
    const long = { type: 'float32', shape: [1 + (shape[0] ?? 0), ...shape.slice(1)] } as const;
    const size = long.shape.reduce((a, b) => a * b, 1);
    await writeSafetensors(file, new Map([...rest, [tensor, { ...long, data: new Float32Array(size) }]]));
    await expect(loadEncoder(dir)).rejects.toThrow(
      `Tensor "${tensor}" in ${file} is [${long.shape.join(', ')}]; config.json asks for [${shape.join(', ')}].`,
    );
    await expect(loadEncoder(dir)).rejects.toMatchObject({ name: 'AppError', code: 'encoders/weights' });
  });

  it('is found without the prefix of a task model too', async () => {
    for (const name of familyNames) {
      const { dir, tensors } = await model(name);
      const plain = await loadEncoder(dir);
      const bare = [...tensors].map(([key, t]) => [key.slice(key.indexOf('.') + 1), t] as const);
      await writeSafetensors(join(dir, 'model.safetensors'), new Map(bare));
      expect((await loadEncoder(dir)).tensors).toEqual(plain.tensors);
    }
  });
});

describe('config.json of fewer layers and shorter windows', () => {
  it.each<[FamilyName, Config]>([
    ['bert', { num_hidden_layers: 1, max_position_embeddings: 20 }],
    ['roberta', { num_hidden_layers: 1, max_position_embeddings: 22 }],
    ['xlm-roberta', { num_hidden_layers: 1, max_position_embeddings: 24 }],
    ['distilbert', { n_layers: 1, max_position_embeddings: 20 }],
    ['mpnet', { num_hidden_layers: 1, max_position_embeddings: 22 }],
    ['modernbert', { num_hidden_layers: 1, max_position_embeddings: 20, layer_types: ['sliding_attention'] }],
  ])('says in the words of %s what is left', async (name, expected) => {
    const { dir, config } = await model(name);
    const whole = await loadEncoder(dir);
    expect(whole.config.maxTokens).toBe(160);
    const small = shortenWindows(selectLayers(whole, [1]), 20);
    expect(small.json).toEqual({ ...config, ...expected });
    // What it says is what a reader of it finds.
    const family = small.family;
    expect(family.config(small.json, 'config.json')).toEqual(small.config);
    const kept = family.weights(small.config).map(({ name: own }) => own);
    expect(kept.filter((own) => !small.tensors.has(own))).toEqual([]);
  });
});

it('a tokenizer that the model has no rows for is refused', async () => {
  const { dir, config } = await model('bert');
  await expect(readBase(dir)).resolves.toMatchObject({ encoder: { layers: 2 }, tokenizer: { padId: 0 } });
  const { tokenizer } = tokenizerFiles('bert', ['one', 'two', 'stranger']);
  await writeFile(join(dir, 'tokenizer.json'), JSON.stringify(tokenizer));
  const size = Number(config['vocab_size']);
  await expect(readBase(dir)).rejects.toThrow(
    `${join(dir, 'tokenizer.json')} has tokens up to number ${size}, but "vocab_size" in config.json is ${size}; ` +
      'choose a folder whose files belong together.',
  );
});
