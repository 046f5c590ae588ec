import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, afterEach, describe, expect, it } from 'vitest';
import { bert } from '../../../extension/engine/encoders/bert';
import { loadEncoder } from '../../../extension/engine/encoders/encoder';
import { writeSafetensors } from '../../../extension/engine/encoders/safetensors';
import type { TensorData } from '../../../extension/engine/graph/graph';

const tiny = {
  model_type: 'bert',
  hidden_size: 8,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 12,
  hidden_act: 'gelu',
  vocab_size: 20,
  max_position_embeddings: 16,
  type_vocab_size: 2,
};

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'nanonet-encoder-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function write(
  config: object,
  rename: (name: string) => string | undefined = (name) => name,
): Promise<void> {
  await writeFile(join(dir, 'config.json'), JSON.stringify(config));
  const tensors = new Map<string, TensorData>();
  for (const { name, shape } of bert.weights(bert.config(tiny, 'config.json'))) {
    const stored = rename(name);
    const size = shape.reduce((a, b) => a * b, 1);
    if (stored !== undefined) {
      tensors.set(stored, { type: 'float32', shape, data: new Float32Array(size).fill(tensors.size) });
    }
  }
  await writeSafetensors(join(dir, 'model.safetensors'), tensors);
}

describe('loadEncoder', () => {
  it('takes weights by their names, with or without the prefix, old names included', async () => {
    await write(tiny);
    const plain = await loadEncoder(dir);
    expect(plain).toMatchObject({
      hiddenSize: 8,
      layers: 2,
      config: { heads: 2, maxTokens: 16, normEpsilon: 1e-12 },
    });
    await write(tiny, (name) => `bert.${name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma')}`);
    expect((await loadEncoder(dir)).tensors).toEqual(plain.tensors);
  });

  it('reads fewer layers than the file has', async () => {
    await write({ ...tiny, num_hidden_layers: 1 });
    expect((await loadEncoder(dir)).tensors.size).toBe(5 + 16);
  });

  it.each<[string, object, string]>([
    ['another family', { ...tiny, model_type: 'gpt2' }, '"model_type" in DIR is "gpt2"; supported: bert'],
    ['no family', { ...tiny, model_type: undefined }, '"model_type" in DIR is missing'],
    ['an inherited name', { ...tiny, model_type: 'constructor' }, '"model_type" in DIR is "constructor"'],
    [
      'another activation',
      { ...tiny, hidden_act: 'swish' },
      '"hidden_act" in DIR is "swish"; supported: gelu',
    ],
    [
      'relative positions',
      { ...tiny, position_embedding_type: 'relative_key' },
      '"position_embedding_type" in DIR is "relative_key"; supported: "absolute"',
    ],
    ['a decoder', { ...tiny, is_decoder: true }, '"is_decoder" in DIR is true'],
    [
      'no size',
      { ...tiny, hidden_size: undefined },
      '"hidden_size" in DIR is missing; it must be a positive integer',
    ],
    ['a size of zero', { ...tiny, num_hidden_layers: 0 }, '"num_hidden_layers" in DIR is 0'],
    ['heads that do not divide', { ...tiny, num_attention_heads: 3 }, 'it must divide hidden_size 8'],
    ['an epsilon that is text', { ...tiny, layer_norm_eps: '1e-12' }, '"layer_norm_eps" in DIR is "1e-12"'],
  ])('says what is not supported: %s', async (_, config, message) => {
    await write(config);
    await expect(loadEncoder(dir)).rejects.toThrow(message.replace('DIR', join(dir, 'config.json')));
    await expect(loadEncoder(dir)).rejects.toMatchObject({ name: 'AppError' });
  });

  it('says which weight is missing or of another size', async () => {
    await write(tiny, (name) => (name.includes('layer.1.output.dense.bias') ? undefined : name));
    await expect(loadEncoder(dir)).rejects.toThrow('has no tensor "encoder.layer.1.output.dense.bias"');
    await write({ ...tiny, intermediate_size: 16 });
    await expect(loadEncoder(dir)).rejects.toThrow(
      'Tensor "encoder.layer.0.intermediate.dense.weight" in ' +
        `${join(dir, 'model.safetensors')} is [12, 8]; config.json asks for [16, 8].`,
    );
  });

  it('says which file is missing or broken', async () => {
    await expect(loadEncoder(dir)).rejects.toThrow(`${dir} has no config.json`);
    await writeFile(join(dir, 'config.json'), '{');
    await expect(loadEncoder(dir)).rejects.toThrow('config.json is not JSON');
    await writeFile(join(dir, 'config.json'), JSON.stringify(tiny));
    await expect(loadEncoder(dir)).rejects.toThrow(`${dir} has no model.safetensors`);
  });
});
