/** Which model a folder is: two with one digest give the same answers. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AppError, messageOf } from '../protocol/appError';
import { fileDigest } from '../protocol/fileDigest';
import { modelFiles } from '../protocol/modelFolder';

/**
 * SHA-256 over what a model is read from, in hexadecimal.
 *
 * @param fast the small file is read instead of the one with 32-bit weights
 * @throws AppError('cli/model-file')
 */
export async function modelDigest(dir: string, fast = false): Promise<string> {
  const graph = fast ? modelFiles.quantised : modelFiles.fp32;
  const all = createHash('sha256');
  for (const file of ['nanonet.json', 'tokenizer.json', 'tokenizer_config.json', graph])
    all.update(`${file} ${await digestOf(join(dir, file))}\n`);
  return all.digest('hex');
}

function digestOf(path: string): Promise<string> {
  return fileDigest(path).catch((error: unknown) => {
    throw new AppError('cli/model-file', `The model’s ${path} cannot be read (${messageOf(error)}).`, {
      cause: error,
    });
  });
}
