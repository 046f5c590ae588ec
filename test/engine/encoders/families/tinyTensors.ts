/** The tensors of each family's tiny model, in the names and shapes that its modeling file has. */
import type { Config } from './reference';
import type { FamilyName } from './tinyModels';

export const hidden = 32;
export const inner = 48;

type Shapes = [name: string, shape: readonly number[]][];

export function tensorShapes(name: FamilyName, config: Config): Shapes {
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
