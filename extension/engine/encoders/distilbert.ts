/** DistilBERT: Sanh et al. 2019; names and configuration as in Hugging Face's `DistilBertModel`. */
import { transformer } from './transformer';

export const distilbert = transformer({
  name: 'distilbert',
  architecture: 'DistilBertForSequenceClassification',
  prefix: 'distilbert.',
  keys: {
    hidden: 'dim',
    layers: 'n_layers',
    heads: 'n_heads',
    intermediate: 'hidden_dim',
    activation: 'activation',
  },
  names: {
    pieces: 'embeddings.word_embeddings',
    positions: 'embeddings.position_embeddings',
    embeddingNorm: 'embeddings.LayerNorm',
    layers: 'transformer.layer',
    linear: {
      query: 'attention.q_lin',
      key: 'attention.k_lin',
      value: 'attention.v_lin',
      attentionOutput: 'attention.out_lin',
      intermediate: 'ffn.lin1',
      output: 'ffn.lin2',
    },
    attentionNorm: 'sa_layer_norm',
    outputNorm: 'output_layer_norm',
  },
  // Sinusoidal positions are in the file as well.
  config: (_, sizes) => sizes,
});
