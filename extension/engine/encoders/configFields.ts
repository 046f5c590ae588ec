/** Reads fields of a model's config.json, and says in one sentence what is wrong with them. */
import { AppError } from '../../protocol/appError';
import type { JsonObject } from './jsonFile';

/** One config.json; every method throws AppError('encoders/config') naming file and field. */
export class ConfigFields {
  constructor(
    private readonly json: JsonObject,
    private readonly path: string,
  ) {}

  /** An integer of at least 1. */
  size(key: string, fallback?: number): number {
    const value = this.json[key] ?? fallback;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
    throw this.wrong(key, value, 'it must be a positive integer');
  }

  /** A number above 0. */
  positive(key: string, fallback: number): number {
    const value = this.json[key] ?? fallback;
    if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
    throw this.wrong(key, value, 'it must be a positive number');
  }

  /** One of the keys of `choices`. */
  choice<T>(key: string, choices: Readonly<Record<string, T>>, fallback: string): T {
    const value = this.json[key] ?? fallback;
    if (typeof value === 'string' && Object.hasOwn(choices, value)) return choices[value] as T;
    throw this.wrong(key, value, `supported: ${Object.keys(choices).join(', ')}`);
  }

  /** Refuses a value that would change the computation in a way that is not built. */
  require(key: string, supported: unknown): void {
    const value = this.json[key] ?? supported;
    if (value !== supported) throw this.wrong(key, value, `supported: ${JSON.stringify(supported)}`);
  }

  wrong(key: string, value: unknown, why: string): AppError {
    const shown = value === undefined ? 'missing' : JSON.stringify(value);
    return new AppError('encoders/config', `"${key}" in ${this.path} is ${shown}; ${why}.`);
  }
}
