/** JSON files of a model's folder. */
import { readFile } from 'node:fs/promises';
import { AppError, type ErrorCode } from '../../protocol/appError';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a JSON object; undefined when there is no such file.
 * @throws AppError(code) naming the file when it cannot be read, or is not a JSON object
 */
export async function readJsonFile(path: string, code: ErrorCode): Promise<JsonObject | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new AppError(code, `${path} cannot be read; choose a folder in the Hugging Face layout.`, {
      cause: error,
    });
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch (error) {
    throw new AppError(code, `${path} is not JSON; copy or download the model again.`, { cause: error });
  }
  throw new AppError(code, `${path} is not a JSON object; copy or download the model again.`);
}
