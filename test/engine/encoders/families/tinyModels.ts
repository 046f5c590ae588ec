/** A tiny model of each family with random weights, as a Hugging Face folder. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '../../../../extension/engine/encoders/safetensors';
import type { TensorData } from '../../../../extension/engine/graph/graph';
import { Random } from '../../../../extension/engine/learn/random';
import type { Config } from './reference';
import { hidden, inner, tensorShapes } from './tinyTensors';
import { tokenizerFiles } from './tinyTokenizers';

export const familyNames = ['bert', 'roberta', 'xlm-roberta', 'distilbert', 'mpnet', 'modernbert'] as const;
export type FamilyName = (typeof familyNames)[number];

export interface TinyModel {
  readonly dir: string;
  readonly config: Config;
  /** As they are in the file. */
  readonly tensors: ReadonlyMap<string, TensorData & { readonly data: Float32Array }>;
}

/** What BERT and its kind call their sizes. */
const bertSizes = {
  hidden_size: hidden,
  num_attention_heads: 4,
  intermediate_size: inner,
  hidden_act: 'gelu',
};

const configs: Readonly<Record<FamilyName, Config>> = {
  bert: { ...bertSizes, num_hidden_layers: 2, max_position_embeddings: 160, type_vocab_size: 2 },
  roberta: {
    ...bertSizes,
    num_hidden_layers: 2,
    max_position_embeddings: 162,
    type_vocab_size: 1,
    layer_norm_eps: 1e-5,
    pad_token_id: 1,
  },
  // Another number of the padding: positions begin after it.
  'xlm-roberta': {
    ...bertSizes,
    num_hidden_layers: 2,
    max_position_embeddings: 164,
    type_vocab_size: 1,
    layer_norm_eps: 1e-5,
    pad_token_id: 3,
  },
  distilbert: {
    dim: hidden,
    n_heads: 4,
    n_layers: 2,
    hidden_dim: inner,
    activation: 'gelu',
    max_position_embeddings: 160,
  },
  mpnet: {
    ...bertSizes,
    num_hidden_layers: 2,
    max_position_embeddings: 162,
    relative_attention_num_buckets: 32,
  },
  // Layers 0 and 3 see all tokens, 1 and 2 four places on either side.
  modernbert: {
    hidden_size: hidden,
    num_attention_heads: 4,
    num_hidden_layers: 4,
    intermediate_size: inner,
    hidden_activation: 'gelu',
    max_position_embeddings: 160,
    local_attention: 8,
    global_attn_every_n_layers: 3,
  },
};

/**
 * Writes `config.json`, `model.safetensors` and the tokenizer's files.
 * @param words that its tokenizer knows as they are
 * @param changes fields of config.json that are to be otherwise
 */
export async function tinyModel(
  name: FamilyName,
  words: readonly string[] = ['one', 'two'],
  changes: Config = {},
): Promise<TinyModel> {
  const tokenizer = tokenizerFiles(name, words);
  const config: Config = { model_type: name, ...configs[name], vocab_size: tokenizer.size, ...changes };
  const random = Random.of('tiny', name);
  const tensors = new Map(
    tensorShapes(name, config).map(([key, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const isScale = /norm\.weight$/i.test(key);
      const data = Float32Array.from({ length: size }, () => (isScale ? 1 : 0) + 0.2 * random.normal());
      return [key, { type: 'float32' as const, shape, data }] as const;
    }),
  );
  const dir = await mkdtemp(join(tmpdir(), `nanonet-${name}-`));
  const write = (file: string, json: unknown): Promise<void> =>
    writeFile(join(dir, file), JSON.stringify(json));
  await write('config.json', config);
  await write('tokenizer.json', tokenizer.tokenizer);
  await write('tokenizer_config.json', tokenizer.settings);
  await writeSafetensors(join(dir, 'model.safetensors'), tensors);
  return { dir, config, tensors };
}
