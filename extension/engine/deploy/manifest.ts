/** `nanonet.json`: what a trained model's folder says besides what Hugging Face's files do. */
import { join } from 'node:path';
import { AppError } from '../../protocol/appError';
import { manifestFormat, manifestName } from '../../protocol/modelFolder';
import { isJsonObject, readJsonFile } from '../encoders/jsonFile';

export interface ModelManifest {
  readonly format: number;
  /** ISO 8601. */
  readonly createdAt: string;
  /** In the order of the logits. */
  readonly labels: readonly string[];
  /** Texts are read in windows of at most so many tokens, special tokens included. */
  readonly windowTokens: number;
  /** A score below it is "unsure", 0 to 1. */
  readonly threshold: number;
  /** What the logits were divided by; the head holds it already. */
  readonly temperature: number;
  /** The base model's name. */
  readonly base: string;
  /** What the run had to say of the model: `TrainResult`. */
  readonly result?: unknown;
}

/** @throws AppError('model/...') naming the folder, what is wrong with it and what to do */
export async function readManifest(dir: string): Promise<ModelManifest> {
  const json = await readJsonFile(join(dir, manifestName), 'model/not-read');
  if (!json) {
    throw new AppError(
      'model/missing-file',
      `${dir} has no ${manifestName}; choose a folder that NanoNet trained.`,
    );
  }
  const { format, labels, windowTokens, threshold, temperature, createdAt, base, result } = json;
  if (typeof format !== 'number') throw broken(dir, 'its format is not given');
  if (format > manifestFormat) {
    throw new AppError(
      'model/newer-format',
      `${dir} was made by a newer version of NanoNet (format ${format}, this one reads up to ${manifestFormat}); update NanoNet.`,
    );
  }
  if (!isNames(labels)) throw broken(dir, 'its labels are missing');
  if (new Set(labels).size < labels.length) throw broken(dir, 'a label is there twice');
  if (!isNumber(windowTokens, 4, 1_000_000)) throw broken(dir, '"windowTokens" is not a size');
  if (!isNumber(threshold, 0, 1)) throw broken(dir, '"threshold" is not a number from 0 to 1');
  return {
    format,
    labels,
    windowTokens: Math.floor(windowTokens),
    threshold,
    temperature: typeof temperature === 'number' ? temperature : 1,
    createdAt: typeof createdAt === 'string' ? createdAt : '',
    base: typeof base === 'string' ? base : '',
    ...(isJsonObject(result) && { result }),
  };
}

function broken(dir: string, what: string): AppError {
  return new AppError(
    'model/broken',
    `${join(dir, manifestName)} is damaged: ${what}; train the model again.`,
  );
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((x) => typeof x === 'string' && x !== '');
}

function isNumber(value: unknown, low: number, high: number): value is number {
  return typeof value === 'number' && value >= low && value <= high;
}
