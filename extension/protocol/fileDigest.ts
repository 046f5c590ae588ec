import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { CancelledError } from './appError';

/** SHA-256 of a file, in hexadecimal digits; a piece of it is in memory at a time. @throws CancelledError */
export async function fileDigest(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) {
    CancelledError.throwIf(signal);
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
