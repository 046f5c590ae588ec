import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { accuracy, argmaxRows } from '../../../extension/engine/assess/metrics';
import { TextClassifier } from '../../../extension/engine/deploy/textClassifier';
import { miniLmReader, studentReader, timeReaders } from '../../bench/inference';
import type { Measured } from '../framework';
import { readRows, runSplit } from './benchmarkSets';
import { percent } from './figures';

const textCount = 512;
const rounds = 3;

/** Texts a second of the student's small file and of one with a layer, beside transformers.js in the same rounds. */
export async function inference(): Promise<Measured> {
  const rows = await readRows('ag_news', 'test');
  const texts = rows.slice(0, textCount).map(({ text }) => text);
  const { modelDir } = await runSplit('ag_news', '10-1');
  const shallow = await runSplit('ag_news', '10-1', '--students', '0');
  const readers = [
    await miniLmReader('fp32'),
    await studentReader('student', modelDir, 'quantised'),
    await studentReader('one layer', shallow.modelDir, 'quantised'),
  ];
  const [peer = NaN, student = NaN, oneLayer = NaN] = await timeReaders(readers, texts, rounds).finally(() =>
    Promise.all(readers.map((reader) => reader.dispose())),
  );
  const lost = (await testAccuracy(modelDir, 'fp32')) - (await testAccuracy(modelDir, 'quantised'));
  const [ratio, ratioOne] = [peer / student, peer / oneLayer];
  const perSecond = (ms: number): string => `${Math.round((1000 * textCount) / ms)} texts/s`;
  return {
    figure:
      `transformers.js ${perSecond(peer)}; student ${perSecond(student)}, x ${ratio.toFixed(1)} (at least 12), ` +
      `${percent(lost)} lost by its few bits (at most 1); one layer ${perSecond(oneLayer)}, x ${ratioOne.toFixed(1)} (at ` +
      `least 30), accuracy ${percent(await testAccuracy(shallow.modelDir, 'quantised'))}`,
    ok: ratio >= 12 && ratioOne >= 30 && lost <= 0.01,
  };
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
