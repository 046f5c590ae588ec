/** A tiny model of each family with random weights, as a Hugging Face folder: names and shapes as its modeling file has them. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '../../../../extension/engine/encoders/safetensors';
import type { TensorData } from '../../../../extension/engine/graph/graph';
import { Random } from '../../../../extension/engine/learn/random';
import type { Config } from './reference';
import { tokenizerFiles, type TokenizerFiles } from './tinyTokenizers';

export const familyNames = ['bert', 'roberta', 'xlm-roberta', 'distilbert', 'mpnet', 'modernbert'] as const;
export type FamilyName = (typeof familyNames)[number];

export interface TinyModel {
  readonly dir: string;
  readonly config: Config;
  /** As they are in the file. */
  readonly tensors: ReadonlyMap<string, TensorData & { readonly data: Float32Array }>;
}

const hidden = 32;
const inner = 48;

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
  await writeModel(dir, { config, tensors }, tokenizer);
  return { dir, config, tensors };
}

async function writeModel(
  dir: string,
  { config, tensors }: Omit<TinyModel, 'dir'>,
  { tokenizer, settings }: TokenizerFiles,
): Promise<void> {
  await mkdir(dir, { recursive: true });
  const write = (name: string, json: unknown): Promise<void> =>
    writeFile(join(dir, name), JSON.stringify(json));
  await write('config.json', config);
  await write('tokenizer.json', tokenizer);
  await write('tokenizer_config.json', settings);
  await writeSafetensors(join(dir, 'model.safetensors'), tensors);
}

type Shapes = [name: string, shape: readonly number[]][];

function tensorShapes(name: FamilyName, config: Config): Shapes {
  const vocabulary = Number(config['vocab_size']);
  const places = Number(config['max_position_embeddings']);
  const types = Number(config['type_vocab_size']);
  const linear = (key: string, size: number, outputs: number): Shapes => [
    [`${key}.weight`, [outputs, size]],
    [`${key}.bias`, [outputs]],
  ];
  const norm = (key: string): Shapes => [
    [`${key}.weight`, [hidden]],
    [`${key}.bias`, [hidden]],
  ];
  const layers = (count: number, of: (layer: number) => Shapes): Shapes =>
    Array.from({ length: count }, (_, layer) => of(layer)).flat();
  const embeddings = (prefix: string): Shapes => [
    [`${prefix}embeddings.word_embeddings.weight`, [vocabulary, hidden]],
    [`${prefix}embeddings.position_embeddings.weight`, [places, hidden]],
    ...norm(`${prefix}embeddings.LayerNorm`),
  ];

  switch (name) {
    case 'bert':
    case 'roberta':
    case 'xlm-roberta': {
      const prefix = name === 'bert' ? 'bert.' : 'roberta.';
      return [
        ...embeddings(prefix),
        [`${prefix}embeddings.token_type_embeddings.weight`, [types, hidden]],
        ...layers(2, (i) => {
          const layer = `${prefix}encoder.layer.${i}.`;
          return [
            ...['query', 'key', 'value'].flatMap((role) =>
              linear(`${layer}attention.self.${role}`, hidden, hidden),
            ),
            ...linear(`${layer}attention.output.dense`, hidden, hidden),
            ...norm(`${layer}attention.output.LayerNorm`),
            ...linear(`${layer}intermediate.dense`, hidden, inner),
            ...linear(`${layer}output.dense`, inner, hidden),
            ...norm(`${layer}output.LayerNorm`),
          ];
        }),
      ];
    }
    case 'mpnet':
      return [
        ...embeddings('mpnet.'),
        ['mpnet.encoder.relative_attention_bias.weight', [32, 4]],
        ...layers(2, (i) => {
          const layer = `mpnet.encoder.layer.${i}.`;
          return [
            ...['q', 'k', 'v', 'o'].flatMap((role) =>
              linear(`${layer}attention.attn.${role}`, hidden, hidden),
            ),
            ...norm(`${layer}attention.LayerNorm`),
            ...linear(`${layer}intermediate.dense`, hidden, inner),
            ...linear(`${layer}output.dense`, inner, hidden),
            ...norm(`${layer}output.LayerNorm`),
          ];
        }),
      ];
    case 'distilbert':
      return [
        ...embeddings('distilbert.'),
        ...layers(2, (i) => {
          const layer = `distilbert.transformer.layer.${i}.`;
          return [
            ...['q_lin', 'k_lin', 'v_lin', 'out_lin'].flatMap((role) =>
              linear(`${layer}attention.${role}`, hidden, hidden),
            ),
            ...norm(`${layer}sa_layer_norm`),
            ...linear(`${layer}ffn.lin1`, hidden, inner),
            ...linear(`${layer}ffn.lin2`, inner, hidden),
            ...norm(`${layer}output_layer_norm`),
          ];
        }),
      ];
    case 'modernbert': {
      const bias = (key: string, asked: string, size: number): Shapes =>
        config[asked] === true ? [[`${key}.bias`, [size]]] : [];
      const matrix = (key: string, asked: string, size: number, outputs: number): Shapes => [
        [`${key}.weight`, [outputs, size]],
        ...bias(key, asked, outputs),
      ];
      const scale = (key: string): Shapes => [[`${key}.weight`, [hidden]], ...bias(key, 'norm_bias', hidden)];
      return [
        ['model.embeddings.tok_embeddings.weight', [vocabulary, hidden]],
        ...scale('model.embeddings.norm'),
        ...layers(4, (i) => {
          const layer = `model.layers.${i}.`;
          return [
            ...(i === 0 ? [] : scale(`${layer}attn_norm`)),
            ...matrix(`${layer}attn.Wqkv`, 'attention_bias', hidden, 3 * hidden),
            ...matrix(`${layer}attn.Wo`, 'attention_bias', hidden, hidden),
            ...scale(`${layer}mlp_norm`),
            ...matrix(`${layer}mlp.Wi`, 'mlp_bias', hidden, 2 * inner),
            ...matrix(`${layer}mlp.Wo`, 'mlp_bias', inner, hidden),
          ];
        }),
        ...scale('model.final_norm'),
      ];
    }
  }
}
