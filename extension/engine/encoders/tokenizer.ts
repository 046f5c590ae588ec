/** Text to token numbers, as the model's `tokenizer.json` says, in windows that lose nothing. */
import { join } from 'node:path';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { AppError } from '../../protocol/appError';
import { isJsonObject, readJsonFile, type JsonObject } from './jsonFile';
import { speedUp } from './wordPieces';
import { windowStarts } from './windows';

const errorCode = 'encoders/tokenizer';

/** A file of the tokenizer, as an exported model needs it. */
export interface TokenizerFile {
  readonly name: 'tokenizer.json' | 'tokenizer_config.json';
  readonly text: string;
}

/** Tokens of the special roles; undefined when the vocabulary has none. */
interface SpecialTokens {
  readonly pad: number | undefined;
  readonly mask: number | undefined;
}

/** A model's tokenizer. Encoding is a function of the text alone: never cut, never padded. */
export class Tokenizer {
  /** Fills batches up; masked out by the attention mask. */
  readonly padId: number;
  /** [MASK]; undefined when the vocabulary has none. */
  readonly maskId: number | undefined;
  /** Special tokens around every window, e.g. [CLS] and [SEP]. */
  private readonly prefix: readonly number[];
  private readonly suffix: readonly number[];

  private constructor(
    private readonly model: HuggingFaceTokenizer,
    private readonly json: JsonObject,
    private readonly config: JsonObject,
    special: SpecialTokens,
  ) {
    this.padId = special.pad ?? 0;
    this.maskId = special.mask;
    const content = model.encode('a', { add_special_tokens: false }).ids;
    const whole = model.encode('a').ids;
    const at = whole.findIndex((_, i) => content.every((id, j) => whole[i + j] === id));
    this.prefix = whole.slice(0, at);
    this.suffix = whole.slice(at + content.length);
  }

  /**
   * Reads `tokenizer.json` and, if it is there, `tokenizer_config.json`. Truncation and padding that the files ask for
   * are not done: a long text is read in windows.
   * @throws AppError('encoders/tokenizer') naming the file and what is wrong with it
   */
  static async load(dir: string): Promise<Tokenizer> {
    const path = join(dir, 'tokenizer.json');
    const json = await readJsonFile(path, errorCode);
    if (!json) {
      throw new AppError(
        errorCode,
        `${dir} has no tokenizer.json; choose a folder in the Hugging Face layout.`,
      );
    }
    const config = await readJsonFile(join(dir, 'tokenizer_config.json'), errorCode);
    const plain = { added_tokens: [], ...json, truncation: null, padding: null };
    try {
      const settings = { ...derivedConfig(json), ...config };
      const model = new HuggingFaceTokenizer(plain, settings);
      speedUp(model, json);
      return new Tokenizer(model, plain, settings, specialTokens(model, json, settings));
    } catch (error) {
      throw new AppError(
        errorCode,
        `${path} is not a tokenizer that can be used; copy or download it again.`,
        {
          cause: error,
        },
      );
    }
  }

  /** One more than the largest number of a token. */
  get size(): number {
    let largest = -1;
    for (const id of this.model.model?.tokens_to_ids.values() ?? []) largest = Math.max(largest, id);
    return largest + 1;
  }

  /** Token numbers without special tokens; [] for a text without words. */
  encode(text: string): number[] {
    return this.model.encode(text, { add_special_tokens: false }).ids;
  }

  /** Puts the special tokens around token numbers. */
  window(ids: readonly number[]): number[] {
    return [...this.prefix, ...ids, ...this.suffix];
  }

  /** How many of the special tokens stand before the text. */
  get prefixCount(): number {
    return this.prefix.length;
  }

  /** How many special tokens `window` adds. */
  get specialTokenCount(): number {
    return this.prefix.length + this.suffix.length;
  }

  /**
   * The text as windows of at most `tokens` tokens, special tokens included. Every token is in a window; windows of
   * a long text are full, evenly spaced, and overlap by an eighth or more, so that what is cut at the end
   * of one stands whole in another. A text without words is one window of special tokens.
   */
  windows(text: string, tokens: number): number[][] {
    const ids = this.encode(text);
    const room = tokens - this.specialTokenCount;
    if (room < 1) throw new Error(`A window of ${tokens} tokens has no room for text.`);
    return windowStarts(ids.length, room).map((start) => this.window(ids.slice(start, start + room)));
  }

  /**
   * What a folder needs so that other programs read text as this does.
   * @param maxTokens where other programs cut a text
   */
  files(maxTokens: number): TokenizerFile[] {
    const config = { ...this.config, model_max_length: maxTokens };
    return [
      { name: 'tokenizer.json', text: JSON.stringify(this.json) },
      { name: 'tokenizer_config.json', text: `${JSON.stringify(config, null, 2)}\n` },
    ];
  }
}

/** How families spell the tokens of the special roles. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  cls_token: ['[CLS]', '<s>'],
  sep_token: ['[SEP]', '</s>'],
  pad_token: ['[PAD]', '<pad>'],
  unk_token: ['[UNK]', '<unk>'],
  mask_token: ['[MASK]', '<mask>'],
};

/** The settings that `tokenizer_config.json` would have, where there is none. */
function derivedConfig(json: JsonObject): JsonObject {
  const { model, normalizer } = json;
  const special = Object.entries(spellings).flatMap(([role, names]) => {
    const spelled = names.find((name) => hasToken(json, name));
    return spelled === undefined ? [] : [[role, spelled]];
  });
  const isWordPiece = isJsonObject(model) && model['type'] === 'WordPiece';
  return {
    tokenizer_class: isWordPiece ? 'BertTokenizer' : 'PreTrainedTokenizerFast',
    ...(isWordPiece && { do_lower_case: isJsonObject(normalizer) && normalizer['lowercase'] === true }),
    ...Object.fromEntries(special),
  };
}

function hasToken({ added_tokens: added, model }: JsonObject, content: string): boolean {
  const vocabulary = isJsonObject(model) && isJsonObject(model['vocab']) ? model['vocab'] : {};
  const isIt = (token: unknown): boolean => isJsonObject(token) && token['content'] === content;
  return Object.hasOwn(vocabulary, content) || (Array.isArray(added) && added.some(isIt));
}

function specialTokens(model: HuggingFaceTokenizer, json: JsonObject, config: JsonObject): SpecialTokens {
  const named = (key: string): number | undefined => {
    const token = config[key];
    const content = isJsonObject(token) ? token['content'] : token;
    return typeof content === 'string' ? model.token_to_id(content) : undefined;
  };
  const padding = isJsonObject(json['padding']) ? json['padding']['pad_id'] : undefined;
  return {
    pad: named('pad_token') ?? (typeof padding === 'number' ? padding : undefined),
    mask: named('mask_token'),
  };
}
