/** Reads fields of a model's config.json, and says in one sentence what is wrong with them. */
import { AppError } from '../../protocol/appError';
import { isJsonObject, type JsonObject } from './jsonFile';

/** One config.json, or an object in it; every method throws AppError('encoders/config') naming file and field. */
export class ConfigFields {
  /** @param inside what the names of the fields begin with: 'rope_parameters.' */
  constructor(
    private readonly json: JsonObject,
    private readonly path: string,
    private readonly inside = '',
  ) {}

  /** An integer of at least 1. */
  size(key: string, fallback?: number): number {
    const value = this.json[key] ?? fallback;
    if (isInteger(value) && value > 0) return value;
    throw this.wrong(key, value, 'it must be a positive integer');
  }

  /** An integer of at least 0: the number of a token. */
  number(key: string, fallback: number): number {
    const value = this.json[key] ?? fallback;
    if (isInteger(value) && value >= 0) return value;
    throw this.wrong(key, value, 'it must be 0 or a positive integer');
  }

  /** A number above 0. */
  positive(key: string, fallback: number): number {
    const value = this.json[key] ?? fallback;
    if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
    throw this.wrong(key, value, 'it must be a positive number');
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.json[key] ?? fallback;
    if (typeof value === 'boolean') return value;
    throw this.wrong(key, value, 'it must be true or false');
  }

  /** One of the keys of `choices`. */
  choice<T>(key: string, choices: Readonly<Record<string, T>>, fallback: string): T {
    const value = this.json[key] ?? fallback;
    if (isKeyOf(choices, value)) return choices[value] as T;
    throw this.wrong(key, value, `supported: ${Object.keys(choices).join(', ')}`);
  }

  /** A list of `count` keys of `choices`; undefined where there is none. */
  choices<T>(key: string, choices: Readonly<Record<string, T>>, count: number): T[] | undefined {
    const value = this.json[key] ?? undefined;
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.length === count) {
      const chosen = value.flatMap((name) => (isKeyOf(choices, name) ? [choices[name] as T] : []));
      if (chosen.length === count) return chosen;
    }
    throw this.wrong(key, value, `it must be a list of ${count}, each ${Object.keys(choices).join(' or ')}`);
  }

  /** The fields of an object; none where there is no object. */
  within(key: string): ConfigFields {
    const value = this.json[key] ?? {};
    if (isJsonObject(value)) return new ConfigFields(value, this.path, `${this.inside}${key}.`);
    throw this.wrong(key, value, 'it must be an object');
  }

  /** Refuses a value that would change the computation in a way that is not built. */
  require(key: string, supported: unknown): void {
    const value = this.json[key] ?? supported;
    if (value !== supported) throw this.wrong(key, value, `supported: ${JSON.stringify(supported)}`);
  }

  wrong(key: string, value: unknown, why: string): AppError {
    const shown = value === undefined ? 'missing' : JSON.stringify(value);
    return new AppError('encoders/config', `"${this.inside}${key}" in ${this.path} is ${shown}; ${why}.`);
  }
}

function isInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function isKeyOf(choices: object, value: unknown): value is string {
  return typeof value === 'string' && Object.hasOwn(choices, value);
}
