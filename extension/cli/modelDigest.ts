/** Which model a folder is: two with one digest give the same answers. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { AppError, messageOf } from '../protocol/appError';

/**
 * SHA-256 over what a model is read from, in hexadecimal.
 *
 * @param fast the small file is read instead of the one with 32-bit weights
 * @throws AppError('cli/model-file')
 */
export async function modelDigest(dir: string, fast = false): Promise<string> {
  const graph = fast ? 'onnx/model_quantized.onnx' : 'onnx/model.onnx';
  const all = createHash('sha256');
  for (const file of ['nanonet.json', 'tokenizer.json', 'tokenizer_config.json', graph])
    all.update(`${file} ${await fileDigest(join(dir, file))}\n`);
  return all.digest('hex');
}

async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (error) {
    throw new AppError('cli/model-file', `The model’s ${path} cannot be read (${messageOf(error)}).`, {
      cause: error,
    });
  }
  return hash.digest('hex');
}
