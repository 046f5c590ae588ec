/** Readers of texts, ours and peers, timed in turn in one run. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env, pipeline } from '@huggingface/transformers';
import { TextClassifier } from '../../extension/engine/deploy/textClassifier';
import { modelFiles } from '../../extension/protocol/modelFolder';
import { buildEncoder, loadEncoder } from '../../extension/engine/encoders/encoder';
import { Graph } from '../../extension/engine/graph/graph';
import { quantised } from '../../extension/engine/graph/quantise';
import { modelBytes } from '../../extension/engine/graph/serialise';
import { repository, testOutput } from '../editor/harness/places';

/** Something that reads texts; whoever makes it disposes it. */
export interface Reader {
  readonly name: string;
  read(texts: readonly string[]): Promise<unknown>;
  dispose(): Promise<unknown>;
}

/** Texts that transformers.js reads at once. */
export const peerBatch = 32;

/** A model that NanoNet exported. */
export async function studentReader(
  name: string,
  modelDir: string,
  file: keyof typeof modelFiles,
): Promise<Reader> {
  const classifier = await TextClassifier.load(modelDir, 'cpu', file);
  return {
    name,
    read: (texts) => classifier.classify(texts),
    dispose: () => classifier.dispose(),
  };
}

/** Sentence vectors of MiniLM by transformers.js. */
export async function miniLmReader(dtype: 'fp32' | 'q8'): Promise<Reader> {
  env.allowRemoteModels = false;
  const extractor = await pipeline('feature-extraction', await miniLmFolder(), { dtype });
  return {
    name: `transformers.js ${env.version}, MiniLM-L6 ${dtype}`,
    async read(texts) {
      for (let i = 0; i < texts.length; i += peerBatch)
        await extractor(texts.slice(i, i + peerBatch), { pooling: 'mean', normalize: true });
    },
    dispose: () => extractor.dispose(),
  };
}

/** @returns of each reader, the milliseconds of its quickest of `rounds` rounds, in which all take their turn */
export async function timeReaders(
  readers: readonly Reader[],
  texts: readonly string[],
  rounds: number,
): Promise<number[]> {
  const times = readers.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [i, reader] of readers.entries()) {
      const start = performance.now();
      await reader.read(texts);
      times[i] = Math.min(times[i] ?? Infinity, performance.now() - start);
    }
  }
  return times;
}

/** MiniLM as transformers.js loads it: the embedded model with its graph, in 32 bits and with products in 8. */
async function miniLmFolder(): Promise<string> {
  const base = join(repository, 'models', 'all-MiniLM-L6-v2');
  const folder = join(testOutput, 'bench', 'minilm');
  await mkdir(join(folder, 'onnx'), { recursive: true });
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
    await copyFile(join(base, name), join(folder, name));
  const encoder = await loadEncoder(base);
  const g = new Graph();
  const inputIds = g.input('input_ids', 'int64', ['batch', 'tokens']);
  const attentionMask = g.input('attention_mask', 'int64', ['batch', 'tokens']);
  const layers = Array.from({ length: encoder.layers }, (_, i) => i);
  g.output(buildEncoder(g, encoder, { inputIds, attentionMask, layers }).hidden, 'last_hidden_state');
  await writeFile(join(folder, modelFiles.fp32), modelBytes(g));
  await writeFile(join(folder, modelFiles.quantised), modelBytes(quantised(g, () => 'together')));
  return folder;
}
