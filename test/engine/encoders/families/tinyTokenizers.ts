/** A tiny tokenizer of each family: the kind of pieces, of special tokens and of post-processing that the family has. */
import type { FamilyName } from './tinyModels';

export interface TokenizerFiles {
  /** tokenizer.json */
  readonly tokenizer: Readonly<Record<string, unknown>>;
  /** tokenizer_config.json */
  readonly settings: Readonly<Record<string, string>>;
  /** Numbers that tokens can have. */
  readonly size: number;
}

interface Special {
  readonly cls: string;
  readonly sep: string;
  readonly pad: string;
  readonly unk: string;
  readonly mask: string;
}

const bertSpecial: Special = { cls: '[CLS]', sep: '[SEP]', pad: '[PAD]', unk: '[UNK]', mask: '[MASK]' };
const robertaSpecial: Special = { cls: '<s>', sep: '</s>', pad: '<pad>', unk: '<unk>', mask: '<mask>' };

const letters = [...'abcdefghijklmnopqrstuvwxyz'];

export function tokenizerFiles(family: FamilyName, words: readonly string[]): TokenizerFiles {
  switch (family) {
    case 'bert':
    case 'distilbert':
      return wordPiece(words, bertSpecial, ['pad', 'unk', 'cls', 'sep', 'mask'], 'BertTokenizer');
    case 'mpnet':
      return wordPiece(
        words,
        { ...robertaSpecial, unk: '[UNK]' },
        ['cls', 'pad', 'sep', 'unk', 'mask'],
        'MPNetTokenizer',
      );
    case 'roberta':
      return bytePairs(words, robertaSpecial, 'RobertaTokenizer', (ids) => ({
        type: 'RobertaProcessing',
        sep: ['</s>', ids.get('</s>')],
        cls: ['<s>', ids.get('<s>')],
        trim_offsets: true,
        add_prefix_space: false,
      }));
    case 'modernbert':
      return bytePairs(words, bertSpecial, 'PreTrainedTokenizerFast', (ids) => template(bertSpecial, ids));
    case 'xlm-roberta':
      return unigram(words);
  }
}

function wordPiece(
  words: readonly string[],
  special: Special,
  order: readonly (keyof Special)[],
  tokenizerClass: string,
): TokenizerFiles {
  const pieces = [...new Set([...words, ...letters, ...letters.map((letter) => `##${letter}`)])];
  const ids = numbered([...order.map((role) => special[role]), ...pieces]);
  return files(special, ids, tokenizerClass, {
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: template(special, ids),
    model: {
      type: 'WordPiece',
      unk_token: special.unk,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(ids),
    },
  });
}

/** Byte-level BPE, in which each word after a space is put together letter by letter. */
function bytePairs(
  words: readonly string[],
  special: Special,
  tokenizerClass: string,
  processor: (ids: ReadonlyMap<string, number>) => object,
): TokenizerFiles {
  const merges = new Map<string, [string, string]>();
  for (const word of words) {
    let left = 'Ġ';
    for (const letter of word) {
      merges.set(`${left} ${letter}`, [left, letter]);
      left += letter;
    }
  }
  const merged = [...merges.values()].map(([left, right]) => left + right);
  const { cls, pad, sep, unk, mask } = special;
  const ids = numbered([cls, pad, sep, unk, 'Ġ', ...letters, ...merged, mask]);
  return files(special, ids, tokenizerClass, {
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    post_processor: processor(ids),
    model: {
      type: 'BPE',
      unk_token: unk,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(ids),
      merges: [...merges.values()].map((pair) => pair.join(' ')),
    },
  });
}

function unigram(words: readonly string[]): TokenizerFiles {
  const special = robertaSpecial;
  const scored: [string, number][] = [
    ['<s>', 0],
    ['</s>', 0],
    ['<unk>', 0],
    ['<pad>', 0],
    ...words.map((word): [string, number] => [`▁${word}`, -2]),
    ['▁', -3],
    ...letters.map((letter): [string, number] => [letter, -8]),
    ['<mask>', 0],
  ];
  const ids = numbered(scored.map(([piece]) => piece));
  return files(special, ids, 'XLMRobertaTokenizer', {
    normalizer: { type: 'NFKC' },
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
    post_processor: template(special, ids),
    model: { type: 'Unigram', unk_id: ids.get('<unk>'), vocab: scored },
  });
}

function template({ cls, sep }: Special, ids: ReadonlyMap<string, number>): object {
  const token = (id: string): object => ({ SpecialToken: { id, type_id: 0 } });
  const text = (id: string): object => ({ Sequence: { id, type_id: 0 } });
  return {
    type: 'TemplateProcessing',
    single: [token(cls), text('A'), token(sep)],
    pair: [token(cls), text('A'), token(sep), text('B'), token(sep)],
    special_tokens: Object.fromEntries(
      [cls, sep].map((id) => [id, { id, ids: [ids.get(id)], tokens: [id] }]),
    ),
  };
}

function files(
  special: Special,
  ids: ReadonlyMap<string, number>,
  tokenizerClass: string,
  parts: object,
): TokenizerFiles {
  const added = Object.values(special).map((content: string) => ({
    id: ids.get(content),
    content,
    single_word: false,
    lstrip: content === special.mask,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  return {
    size: ids.size,
    tokenizer: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: added,
      decoder: null,
      ...parts,
    },
    settings: {
      tokenizer_class: tokenizerClass,
      cls_token: special.cls,
      sep_token: special.sep,
      pad_token: special.pad,
      unk_token: special.unk,
      mask_token: special.mask,
    },
  };
}

function numbered(pieces: readonly string[]): Map<string, number> {
  return new Map([...new Set(pieces)].map((piece, id) => [piece, id]));
}
