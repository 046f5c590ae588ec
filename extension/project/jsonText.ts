/** JSON files that people edit: what is wrong is said with its line. */
import { readFile } from 'node:fs/promises';
import english from 'zod/v4/locales/en.js';
import * as z from 'zod/mini';
import { AppError, messageOf, type ErrorCode } from '../protocol/appError';

// The small zod has no words for what is wrong until it is given some.
z.config(english());

/**
 * Reads and checks a JSON file. Fields that the schema does not know are the schema's business.
 *
 * @throws AppError(code) with file, line and reason in one sentence
 */
export async function readJson<T>(file: string, schema: z.ZodMiniType<T>, code: ErrorCode): Promise<T> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new AppError(code, `${file} cannot be read (${messageOf(error)}).`, { cause: error });
  }
  return parseJson(text.startsWith('\ufeff') ? text.slice(1) : text, file, schema, code);
}

/** As `readJson`, for text in hand. */
export function parseJson<T>(text: string, file: string, schema: z.ZodMiniType<T>, code: ErrorCode): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const line = lineOfJsonError(text);
    throw new AppError(code, `${file}, line ${line}: this is not JSON; mend the line and try again.`, {
      cause: error,
    });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue && issue.path.length > 0 ? `"${issue.path.join('.')}": ` : '';
  throw new AppError(code, `${file}: ${where}${issue?.message ?? 'the form is unknown'}.`, {
    cause: result.error,
  });
}

const space = /[ \t\n\r]*/y;
const scalar =
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** The line (from 1) of the first thing that JSON does not allow. `JSON.parse` tells only sometimes. */
export function lineOfJsonError(text: string): number {
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    at += match?.[0].length ?? 0;
    return match !== null;
  };
  const take = (character: string): boolean => {
    skip(space);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  const value = (): boolean => {
    if (take('{'))
      return (
        take('}') || items('}', () => (skip(space), text[at] === '"' && skip(scalar) && take(':') && value()))
      );
    if (take('[')) return take(']') || items(']', value);
    return skip(scalar);
  };
  const items = (end: string, item: () => boolean): boolean => {
    do {
      if (!item()) return false;
    } while (take(','));
    return take(end);
  };
  if (value()) skip(space);
  return text.slice(0, at).split('\n').length;
}
