import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { AdapterKind, Device, ReadingParams, TrainSettings } from '../protocol/engineApi';

const devices: readonly Device[] = ['auto', 'cpu', 'webgpu', 'cuda', 'dml'];
const adapters: readonly AdapterKind[] = ['lora', 'bitfit', 'houlsby'];

/** The options of `train` that make its settings, as commander gives them. */
export interface SettingOptions {
  readonly seed?: number;
  readonly device?: Device;
  readonly base?: string;
  readonly adapter?: AdapterKind;
  readonly students?: readonly (readonly number[])[];
  readonly steps?: number;
  readonly learningRate?: number;
  readonly distillation: boolean;
  readonly mutual: boolean;
  readonly unlabelled: boolean;
  readonly precision?: number;
}

export function deviceOption(): Option {
  return new Option('--device <device>', 'where to compute').choices(devices);
}

/** How a model reads, as commander gives it. */
export type ReadingOptions = Pick<ReadingParams, 'device' | 'fast'>;

export function readingOptions(): Option[] {
  return [
    deviceOption(),
    new Option('--fast', 'the small file: 8-bit weights, and clear texts are answered before the layers'),
  ];
}

export function readingFrom({ device, fast }: ReadingOptions): ReadingOptions {
  return { ...(device !== undefined && { device }), ...(fast === true && { fast }) };
}

export function jsonOption(): Option {
  return new Option('--json', 'print the result as JSON');
}

export function baseOption(): Option {
  return new Option(
    '--base <dir>',
    'base model, a Hugging Face folder (default: the embedded all-MiniLM-L6-v2)',
  );
}

export function settingOptions(): Option[] {
  return [
    new Option('--seed <n>', 'the same seed gives the same model').argParser(wholeNumber),
    baseOption(),
    deviceOption(),
    new Option('--adapter <kind>', 'what is trained of the network').choices(adapters),
    new Option('--students <layers>', "encoder layers of each student, as '0,1,2;0,2,5', or none").argParser(
      layerLists,
    ),
    new Option('--steps <n>', 'optimizer steps of the last stage').argParser(wholeNumber),
    new Option('--learning-rate <rate>', 'peak learning rate').argParser(positiveNumber),
    new Option(
      '--precision <share>',
      'abstain so that this share of the answers is right, as 0.95',
    ).argParser(share),
    new Option('--no-distillation', 'students do not learn from the teacher'),
    new Option('--no-mutual', 'students do not learn from each other'),
    new Option('--no-unlabelled', 'texts without a label are not learned from'),
  ];
}

/** What was not given stays out, so that the engine's defaults hold. */
export function settingsFrom(options: SettingOptions): TrainSettings {
  const { seed, device, base, adapter, students, steps, learningRate, precision } = options;
  return {
    ...(base !== undefined && { base: resolve(base) }),
    ...(seed !== undefined && { seed }),
    ...(device !== undefined && { device }),
    ...(adapter !== undefined && { adapter }),
    ...(students !== undefined && { students }),
    ...(steps !== undefined && { steps }),
    ...(learningRate !== undefined && { learningRate }),
    ...(precision !== undefined && { targetPrecision: precision }),
    ...(!options.distillation && { distillation: false }),
    ...(!options.mutual && { mutual: false }),
    ...(!options.unlabelled && { unlabelled: false }),
  };
}

/** @throws InvalidArgumentError */
export function layerLists(value: string): number[][] {
  return value.split(';').map((list) => {
    if (list.trim() === 'none') return [];
    const layers = list.split(',').map((layer) => wholeNumber(layer.trim()));
    const rising = layers.every((layer, i) => i === 0 || layer > (layers[i - 1] ?? 0));
    if (!rising) throw new InvalidArgumentError(`The layers of a student must rise, and '${list}' does not.`);
    return layers;
  });
}

/** @throws InvalidArgumentError */
export function wholeNumber(value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new InvalidArgumentError(`'${value}' is not a whole number.`);
}

/** @throws InvalidArgumentError */
export function atLeastOne(value: string): number {
  const number = wholeNumber(value);
  if (number > 0) return number;
  throw new InvalidArgumentError(`'${value}' is not at least 1.`);
}

export function positiveNumber(value: string): number {
  const number = Number(value);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new InvalidArgumentError(`'${value}' is not a number above 0.`);
}

/** @throws InvalidArgumentError */
export function share(value: string): number {
  const number = positiveNumber(value);
  if (number < 1) return number;
  throw new InvalidArgumentError(`'${value}' is not a share between 0 and 1.`);
}
