/** RoBERTa (Liu et al. 2019) and XLM-RoBERTa (Conneau et al. 2020), as in Hugging Face's `RobertaModel` and `XLMRobertaModel`. */
import { bertNames, requirePlainEncoder } from './bert';
import type { EncoderFamily } from './family';
import { withPositionsAfter } from './sizes';
import { transformer } from './transformer';

export const roberta = family('roberta', 'RobertaForSequenceClassification');
export const xlmRoberta = family('xlm-roberta', 'XLMRobertaForSequenceClassification');

/** BERT, but for the positions: the row of the padding's number is the padding's, and tokens have those that follow. */
function family(name: string, architecture: string): EncoderFamily {
  return transformer({
    name,
    architecture,
    prefix: 'roberta.',
    names: bertNames,
    config(fields, sizes) {
      requirePlainEncoder(fields);
      const padId = fields.number('pad_token_id', 1);
      return {
        ...withPositionsAfter(padId + 1, fields, sizes),
        typeVocabularySize: fields.size('type_vocab_size', 2),
      };
    },
  });
}
