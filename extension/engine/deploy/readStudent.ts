/** A trained model's folder read back as an encoder and its tensors, so that other graphs can be built of them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../protocol/appError';
import { modelFiles } from '../../protocol/modelFolder';
import type { Encoder } from '../encoders/encoder';
import { familyOf } from '../encoders/families';
import { readJsonFile } from '../encoders/jsonFile';
import { Tokenizer } from '../encoders/tokenizer';
import type { TensorData } from '../graph/graph';
import { readConstants } from '../graph/readConstants';
import { adapters, noAdapter } from '../peft/adapter';
import type { Member } from '../peft/member';
import { readManifest, type ModelManifest } from './manifest';

export interface ReadStudent {
  readonly manifest: ModelManifest;
  readonly tokenizer: Tokenizer;
  /** Knows which tensors there are; what they hold is in `constants`. */
  readonly encoder: Encoder;
  /** All layers of `encoder`, with what of the adapter could not be merged into its weights. */
  readonly member: Member;
  /** The tensors of the graph that was exported, by the names that `buildEncoder` and `memberLogits` ask for. */
  readonly constants: ReadonlyMap<string, TensorData>;
}

/** @throws AppError that says in one sentence what is wrong with the folder */
export async function readStudent(dir: string): Promise<ReadStudent> {
  const manifest = await readManifest(dir);
  const tokenizer = await Tokenizer.load(dir);
  const path = join(dir, 'config.json');
  const json = (await readJsonFile(path, 'encoders/config')) ?? {};
  const family = familyOf(json['model_type'], path);
  const config = family.config(json, path);
  const constants = await constantsOf(join(dir, modelFiles.fp32));
  const tensors = new Map(
    family
      .weights(config)
      .map(({ name, shape }): [string, TensorData] => [
        name,
        { type: 'float32', shape, data: new Float32Array() },
      ]),
  );
  const { hiddenSize, layers } = config;
  const encoder: Encoder = { config, family, hiddenSize, layers, tensors, json };
  const all = Array.from({ length: layers }, (_, layer) => layer);
  const houlsby = adapters.houlsby(encoder, all);
  // The other adapters leave nothing behind once they are merged.
  const isThere = houlsby.parameters.every(({ name }) => constants.has(name));
  const member: Member = {
    id: 'student',
    layers: all,
    classes: manifest.labels.length,
    adapter: layers > 0 && isThere ? houlsby : noAdapter,
  };
  return { manifest, tokenizer, encoder, member, constants };
}

async function constantsOf(path: string): Promise<Map<string, TensorData>> {
  try {
    return readConstants(await readFile(path));
  } catch (error) {
    throw new AppError('model/broken', `${path} cannot be read as an ONNX model; train the model again.`, {
      cause: error,
    });
  }
}
