import { join } from 'node:path';
import { AppError } from '../../protocol/appError';
import { loadEncoder, type Encoder } from './encoder';
import { Tokenizer } from './tokenizer';

/**
 * A base model's folder: the encoder, and the tokenizer that belongs to it.
 * @throws AppError('encoders/...') naming the file and what is wrong
 */
export async function readBase(dir: string): Promise<{ encoder: Encoder; tokenizer: Tokenizer }> {
  const encoder = await loadEncoder(dir);
  const tokenizer = await Tokenizer.load(dir);
  const { vocabularySize } = encoder.config;
  if (tokenizer.size <= vocabularySize) return { encoder, tokenizer };
  throw new AppError(
    'encoders/tokenizer',
    `${join(dir, 'tokenizer.json')} has tokens up to number ${tokenizer.size - 1}, but "vocab_size" in config.json is ` +
      `${vocabularySize}; choose a folder whose files belong together.`,
  );
}
