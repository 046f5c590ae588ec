/** BERT: Devlin et al. 2019; names and configuration as in Hugging Face's `BertModel`. */
import type { ConfigFields } from './configFields';
import { transformer, type TensorNames } from './transformer';

/** Of BERT and of those that were made after it. */
export const bertNames: TensorNames = {
  pieces: 'embeddings.word_embeddings',
  positions: 'embeddings.position_embeddings',
  tokenTypes: 'embeddings.token_type_embeddings',
  embeddingNorm: 'embeddings.LayerNorm',
  layers: 'encoder.layer',
  linear: {
    query: 'attention.self.query',
    key: 'attention.self.key',
    value: 'attention.self.value',
    attentionOutput: 'attention.output.dense',
    intermediate: 'intermediate.dense',
    output: 'output.dense',
  },
  attentionNorm: 'attention.output.LayerNorm',
  outputNorm: 'output.LayerNorm',
};

export const bert = transformer({
  name: 'bert',
  architecture: 'BertForSequenceClassification',
  prefix: 'bert.',
  names: bertNames,
  config(fields, sizes) {
    requirePlainEncoder(fields);
    return { ...sizes, typeVocabularySize: fields.size('type_vocab_size', 2) };
  },
});

/** Refuses what configurations of BERT's kind can ask for besides an encoder with positions in its embeddings. */
export function requirePlainEncoder(fields: ConfigFields): void {
  fields.require('position_embedding_type', 'absolute');
  fields.require('is_decoder', false);
  fields.require('add_cross_attention', false);
}
