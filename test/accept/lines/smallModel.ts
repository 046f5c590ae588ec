import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env, pipeline } from '@huggingface/transformers';
import { accuracy, argmaxRows } from '../../../extension/engine/assess/metrics';
import { TextClassifier } from '../../../extension/engine/deploy/textClassifier';
import { buildEncoder, loadEncoder } from '../../../extension/engine/encoders/encoder';
import { Graph } from '../../../extension/engine/graph/graph';
import { modelBytes } from '../../../extension/engine/graph/serialise';
import { repository, testOutput } from '../../editor/harness/places';
import type { Measured } from '../framework';
import { readRows, runSplit } from './benchmarkSets';
import { percent } from './figures';

const textCount = 512;
const rounds = 3;
const peerBatch = 32;

/** Texts a second of the student with 8-bit weights and of one with a layer, beside transformers.js in the same rounds. */
export async function inference(): Promise<Measured> {
  const rows = await readRows('ag_news', 'test');
  const texts = rows.slice(0, textCount).map(({ text }) => text);
  const { modelDir } = await runSplit('ag_news', '10-1');
  const shallow = await runSplit('ag_news', '10-1', '--students', '0');
  const student = await TextClassifier.load(modelDir, 'cpu', 'quantised');
  const oneLayer = await TextClassifier.load(shallow.modelDir, 'cpu', 'quantised');
  env.allowRemoteModels = false;
  const peer = await pipeline('feature-extraction', await miniLmFolder(), { dtype: 'fp32' });
  try {
    const times = { student: Infinity, oneLayer: Infinity, peer: Infinity };
    const take = async (name: keyof typeof times, work: () => Promise<unknown>): Promise<void> => {
      const start = performance.now();
      await work();
      times[name] = Math.min(times[name], performance.now() - start);
    };
    for (let round = 0; round < rounds; round++) {
      await take('student', () => student.classify(texts));
      await take('oneLayer', () => oneLayer.classify(texts));
      await take('peer', async () => {
        for (let i = 0; i < texts.length; i += peerBatch)
          await peer(texts.slice(i, i + peerBatch), { pooling: 'mean', normalize: true });
      });
    }
    const lost = (await testAccuracy(modelDir, 'fp32')) - (await testAccuracy(modelDir, 'quantised'));
    const [ratio, ratioOne] = [times.peer / times.student, times.peer / times.oneLayer];
    const perSecond = (ms: number): string => `${Math.round((1000 * textCount) / ms)} texts/s`;
    return {
      figure:
        `transformers.js ${perSecond(times.peer)}; student ${perSecond(times.student)}, x ${ratio.toFixed(1)} (at least 12), ` +
        `${percent(lost)} lost by its 8 bits (at most 1); one layer ${perSecond(times.oneLayer)}, x ${ratioOne.toFixed(1)} (at ` +
        `least 30), accuracy ${percent(await testAccuracy(shallow.modelDir, 'quantised'))}`,
      ok: ratio >= 12 && ratioOne >= 30 && lost <= 0.01,
    };
  } finally {
    await peer.dispose();
    await Promise.all([student.dispose(), oneLayer.dispose()]);
  }
}

/** MiniLM as transformers.js loads it: the embedded model with its graph. */
async function miniLmFolder(): Promise<string> {
  const base = join(repository, 'models', 'all-MiniLM-L6-v2');
  const folder = join(testOutput, 'accept', 'minilm');
  await mkdir(join(folder, 'onnx'), { recursive: true });
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
    await copyFile(join(base, name), join(folder, name));
  const encoder = await loadEncoder(base);
  const g = new Graph();
  const inputIds = g.input('input_ids', 'int64', ['batch', 'tokens']);
  const attentionMask = g.input('attention_mask', 'int64', ['batch', 'tokens']);
  const layers = Array.from({ length: encoder.layers }, (_, i) => i);
  g.output(buildEncoder(g, encoder, { inputIds, attentionMask, layers }).hidden, 'last_hidden_state');
  await writeFile(join(folder, 'onnx', 'model.onnx'), modelBytes(g));
  return folder;
}

/** What a person ships: the folder without the weights in 32 bits. */
export async function exportedFolder(): Promise<Measured> {
  const { modelDir } = await runSplit('ag_news', '10-1');
  const files = [
    'onnx/model_quantized.onnx',
    'config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'nanonet.json',
  ];
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(modelDir, file))).size));
  const size = sizes.reduce((a, b) => a + b, 0);
  let loadMs = Infinity;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    const classifier = await TextClassifier.load(modelDir, 'cpu', 'quantised');
    loadMs = Math.min(loadMs, performance.now() - start);
    await classifier.dispose();
  }
  const lost = (await testAccuracy(modelDir, 'fp32')) - (await testAccuracy(modelDir, 'quantised'));
  return {
    figure:
      `${(size / 1e6).toFixed(1)} MB (at most 10), ${percent(lost)} lost (at most 0.5), loads in ${loadMs.toFixed(0)} ms (under ` +
      '150)',
    ok: size <= 10e6 && lost <= 0.005 && loadMs < 150,
  };
}

const known = new Map<string, Promise<number>>();

/** On the full test of ag_news. */
function testAccuracy(modelDir: string, file: 'fp32' | 'quantised'): Promise<number> {
  const key = `${modelDir} ${file}`;
  const measured = known.get(key) ?? measure(modelDir, file);
  known.set(key, measured);
  return measured;
}

async function measure(modelDir: string, file: 'fp32' | 'quantised'): Promise<number> {
  const rows = await readRows('ag_news', 'test');
  const classifier = await TextClassifier.load(modelDir, 'cpu', file);
  const scores = await classifier
    .probabilities(rows.map(({ text }) => text))
    .finally(() => classifier.dispose());
  return accuracy(
    argmaxRows(scores),
    rows.map(({ label }) => classifier.labels.indexOf(label ?? '')),
  );
}
