/** JSON Lines files and standard input, for the command line. The form is in `protocol/jsonLines.ts`. */
import { createReadStream } from 'node:fs';
import { AppError, CancelledError, messageOf } from '../protocol/appError';
import { jsonRows, type JsonRow, type JsonRowsOptions } from '../protocol/jsonLines';

/**
 * Reads texts one by one, with one line in memory at a time.
 *
 * @param input a path, or a stream of bytes such as `process.stdin`
 * @throws AppError('data/...') with file and line, CancelledError
 */
export async function* readJsonLines(
  input: string | NodeJS.ReadableStream,
  signal?: AbortSignal,
  options?: JsonRowsOptions,
): AsyncGenerator<JsonRow> {
  CancelledError.throwIf(signal);
  const [stream, name] =
    typeof input === 'string' ? [createReadStream(input), input] : [input, 'standard input'];
  for await (const row of jsonRows(bytesOf(stream, name), name, options)) {
    CancelledError.throwIf(signal);
    yield row;
  }
}

async function* bytesOf(stream: NodeJS.ReadableStream, name: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const missing = error.code === 'ENOENT';
    throw new AppError(
      'data/not-read',
      missing ? `There is no file ${name}; check the path.` : `${name} cannot be read (${messageOf(error)}).`,
      { cause: error },
    );
  }
}
