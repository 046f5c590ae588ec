/** From a trained member to a folder, and from the folder to answers: ours and those of transformers.js. */
import { cp, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { softmaxRows, type Scores } from '../../../extension/engine/assess/metrics';
import { evaluateModel } from '../../../extension/engine/deploy/evaluate';
import { exportModel, type ExportedModel } from '../../../extension/engine/deploy/exportModel';
import { TextClassifier } from '../../../extension/engine/deploy/textClassifier';
import { Session } from '../../../extension/engine/runtime/session';
import { AppError, CancelledError } from '../../../extension/protocol/appError';
import type { JsonRow } from '../../../extension/protocol/jsonLines';
import type { TrainResult } from '../../../extension/protocol/snapshot';
import { loadMiniLm, type MiniLm } from '../encoders/minilm';
import { transformersParity } from '../transformersParity';
import { mailLabels, mails, trainedModel, trainingLogits, type Mail, type TrainedModel } from './trained';

let base: MiniLm;
let folder: string;
let unseen: Mail[];
let model: TrainedModel;
let exported: ExportedModel;
/** Exported from `model`. */
let dir: string;

beforeAll(async () => {
  base = await loadMiniLm();
  folder = await mkdtemp(join(tmpdir(), 'nanonet-deploy-'));
  dir = join(folder, 'lora');
  unseen = await mails(40, 100, 220);
  model = await trainedModel(base, 'lora', { examples: await mails(40, 0, 220) });
  exported = await exportModel({ ...model, baseDir: base.dir }, dir);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  expect(Session.live, 'sessions that nobody disposed').toBe(0);
});

async function withClassifier<T>(
  path: string,
  work: (classifier: TextClassifier) => Promise<T>,
  file: 'fp32' | 'quantised' = 'fp32',
): Promise<T> {
  const classifier = await TextClassifier.load(path, 'cpu', file);
  try {
    return await work(classifier);
  } finally {
    await classifier.dispose();
  }
}

function windowsOf(texts: readonly string[]): number[][] {
  return texts.map((text) => base.tokenizer.windows(text, 128)[0] ?? []);
}

/** What the member itself says, with the temperature that was fitted to it. */
async function expectedScores(
  trained: TrainedModel,
  windows: readonly (readonly number[])[],
): Promise<Scores> {
  const data = await trainingLogits(base.encoder, trained.member, trained.parameters, windows);
  return softmaxRows({ classes: trained.labels.length, data }, trained.temperature);
}

function largestDifference(a: Scores, b: Scores): number {
  expect(a.data.length).toBe(b.data.length);
  return a.data.reduce((most, x, i) => Math.max(most, Math.abs(x - (b.data[i] ?? NaN))), 0);
}

describe('an exported student', () => {
  it.each(['bitfit', 'houlsby'] as const)('with %s answers as it did while it learned', async (kind) => {
    const trained = await trainedModel(base, kind);
    const path = join(folder, kind);
    await exportModel(trained, path);
    const texts = unseen.slice(0, 12).map(({ text }) => text);
    const scores = await withClassifier(path, (classifier) => classifier.probabilities(texts));
    expect(largestDifference(scores, await expectedScores(trained, windowsOf(texts)))).toBeLessThan(1e-4);
    await rm(path, { recursive: true });
  });

  it('with LoRA answers as it did while it learned', async () => {
    const short = unseen.filter(({ text }) => base.tokenizer.windows(text, 128).length === 1);
    const texts = short.slice(0, 24).map(({ text }) => text);
    const scores = await withClassifier(dir, (classifier) => classifier.probabilities(texts));
    expect(largestDifference(scores, await expectedScores(model, windowsOf(texts)))).toBeLessThan(1e-4);
  });

  it('gives the same label and score in transformers.js', async () => {
    const texts = unseen.slice(0, 48).map(({ text }) => text);
    const parity = await transformersParity(dir, [...texts, 'word '.repeat(400)]);
    expect(parity.longer).toBeGreaterThan(0);
    expect(parity.compared).toBeGreaterThan(30);
    expect(parity.sameLabel).toBe(parity.compared);
    expect(parity.scoreDifference).toBeLessThan(1e-4);
    const quantised = await transformersParity(dir, texts.slice(0, 8), 'q8');
    expect(quantised.sameLabel).toBe(quantised.compared);
  });

  it('holds just the weights of its own layers', async () => {
    const { hiddenSize: h, vocabularySize, intermediateSize: m } = base.encoder.config;
    const layer = 4 * (h * h + h) + 2 * h * m + m + h + 4 * h;
    const head = h * mailLabels.length + mailLabels.length;
    const numbers = (vocabularySize + model.windowTokens + 1) * h + 3 * layer + head;
    expect(exported.sizeBytes).toBeGreaterThan(numbers * 4);
    expect(exported.sizeBytes).toBeLessThan(numbers * 4 * 1.002);
    const config = JSON.parse(await readFile(join(dir, 'config.json'), 'utf8'));
    expect(config).toMatchObject({
      model_type: 'bert',
      architectures: ['BertForSequenceClassification'],
      num_hidden_layers: 3,
      max_position_embeddings: model.windowTokens,
      id2label: { '0': 'personal', '1': 'newsletter', '2': 'spam' },
      label2id: { personal: 0, newsletter: 1, spam: 2 },
    });
  });

  it('has a small copy that agrees with it', async () => {
    expect(exported.quantisedBytes / exported.sizeBytes).toBeLessThan(0.2);
    expect((await stat(join(dir, 'onnx/model_quantized.onnx'))).size).toBe(exported.quantisedBytes);
    const texts = (await mails(120, 100, 400)).map(({ text }) => text);
    const label = (classifier: TextClassifier): Promise<string[]> =>
      classifier.classify(texts).then((predictions) => predictions.map((p) => p.label));
    const labels = await withClassifier(dir, label);
    expect(new Set(labels).size, 'a model that always says the same agrees with anything').toBe(3);
    const copied = await withClassifier(dir, label, 'quantised');
    expect(copied.filter((x, i) => x === labels[i]).length / texts.length).toBeGreaterThan(0.97);
  });

  it('passes on what its base model asks for, and says what it is', async () => {
    expect(await readFile(join(dir, 'LICENSE'), 'utf8')).toContain('Apache License');
    expect(await readFile(join(dir, 'NOTICE'), 'utf8')).toContain('all-MiniLM-L6-v2');
    const card = await readFile(join(dir, 'README.md'), 'utf8');
    expect(card).toMatch(/^---\nlicense: apache-2.0\n/);
    expect(card).toContain('temperature 1.700');
  });
});

describe('a text', () => {
  it('of several windows is read to its end, the first ones counting most: the k-th 1 / k²', async () => {
    const long = unseen
      .map(({ text }) => text)
      .join(' ')
      .slice(0, 3000);
    const windows = base.tokenizer.windows(long, 128);
    expect(windows.length).toBeGreaterThan(3);
    const expected = await expectedScores(model, windows);
    const { scores, windows: counts } = await withClassifier(dir, (c) => c.read(['short', long]));
    expect(counts).toEqual([1, windows.length]);
    for (let label = 0; label < expected.classes; label++) {
      const mean =
        windows.reduce(
          (sum, _, w) => sum + (expected.data[w * expected.classes + label] ?? NaN) / (w + 1) ** 2,
          0,
        ) / windows.reduce((sum, _, w) => sum + 1 / (w + 1) ** 2, 0);
      expect(Math.abs((scores.data[expected.classes + label] ?? NaN) - mean)).toBeLessThan(1e-4);
    }
  });

  it('may have no words, and there may be no texts', async () => {
    await withClassifier(dir, async (classifier) => {
      expect(await classifier.classify([])).toEqual([]);
      const [prediction] = await classifier.classify(['']);
      expect(mailLabels).toContain(prediction?.label);
      expect(prediction?.windows).toBe(1);
    });
  });

  it('gets the same answer whatever stands beside it', async () => {
    const texts = unseen.slice(0, 10).map(({ text }) => text);
    await withClassifier(dir, async (classifier) => {
      const together = await classifier.probabilities(texts);
      const alone = await Promise.all(texts.map((text) => classifier.probabilities([text])));
      const joined = {
        classes: together.classes,
        data: Float32Array.from(alone.flatMap(({ data }) => [...data])),
      };
      expect(largestDifference(together, joined)).toBeLessThan(1e-5);
    });
  });
});

it('stops soon after it is cancelled', async () => {
  const texts = Array.from({ length: 40 }, () => unseen.map(({ text }) => text)).flat();
  await withClassifier(dir, async (classifier) => {
    const controller = new AbortController();
    const started = performance.now();
    // Fires only if the event loop gets to breathe.
    setTimeout(() => controller.abort(), 300);
    await expect(classifier.classify(texts, controller.signal)).rejects.toBeInstanceOf(CancelledError);
    const once = performance.now();
    await classifier.classify(texts.slice(0, 120));
    // All of the texts would take 40 times as long as these.
    expect(once - started).toBeLessThan(300 + 20 * (performance.now() - once));
  });
});

describe('figures of a model', () => {
  async function* rows(list: readonly Mail[]): AsyncGenerator<JsonRow> {
    for (const [i, row] of list.entries()) yield { line: i + 1, ...row };
  }

  it('are those of its answers', async () => {
    await withClassifier(dir, async (classifier) => {
      const evaluation = await evaluateModel(classifier, rows(unseen), { name: 'mails.jsonl' });
      const predictions = await classifier.classify(unseen.map(({ text }) => text));
      const hits = predictions.filter(({ label }, i) => label === unseen[i]?.label).length;
      expect(evaluation.accuracy).toBeCloseTo(hits / unseen.length, 10);
      expect(evaluation.accuracy).toBeGreaterThan(0.6);
      const sure = predictions.flatMap((p, i) => (p.abstained ? [] : [p.label === unseen[i]?.label]));
      expect(evaluation.coverage).toBeCloseTo(sure.length / unseen.length, 10);
      expect(evaluation.precision).toBeCloseTo(sure.filter(Boolean).length / sure.length, 10);
      expect(evaluation.confusion.flat().reduce((a, b) => a + b, 0)).toBe(unseen.length);
      expect(evaluation.confusion.map((row) => row.reduce((a, b) => a + b, 0))).toEqual([40, 40, 40]);
      expect(evaluation.labels).toEqual(mailLabels);
      expect(evaluation.ece).toBeGreaterThan(0);
      expect(evaluation.ece).toBeLessThan(0.5);
    });
  });

  it.each([
    [
      { line: 1, text: 'a', label: 'unheard-of' },
      /^mails.jsonl, line 1: .*"unheard-of"; it knows personal, /,
    ],
    [{ line: 7, text: 'a' }, /^mails.jsonl, line 7: there is no "label"/],
    [undefined, /^mails.jsonl has no texts/],
  ])('need labels that it knows: %j', async (row, message) => {
    async function* one(): AsyncGenerator<JsonRow> {
      if (row) yield row;
    }
    await withClassifier(dir, async (classifier) => {
      await expect(evaluateModel(classifier, one(), { name: 'mails.jsonl' })).rejects.toThrow(message);
    });
  });
});

describe('a broken folder', () => {
  const manifest = 'nanonet.json';
  const edit = async (path: string, change: object): Promise<void> => {
    const json = JSON.parse(await readFile(join(path, manifest), 'utf8'));
    await writeFile(join(path, manifest), JSON.stringify({ ...json, ...change }));
  };
  const cases: [name: string, code: string, breakIt: (path: string) => Promise<void>][] = [
    ['no folder', 'model/missing-file', (path) => rm(path, { recursive: true })],
    ['no nanonet.json', 'model/missing-file', (path) => rm(join(path, manifest))],
    ['torn nanonet.json', 'model/not-read', (path) => truncate(join(path, manifest), 40)],
    ['a newer format', 'model/newer-format', (path) => edit(path, { format: 2 })],
    ['no labels', 'model/broken', (path) => edit(path, { labels: undefined })],
    ['a label twice', 'model/broken', (path) => edit(path, { labels: ['a', 'b', 'a'] })],
    ['other labels', 'model/broken', (path) => edit(path, { labels: ['a', 'b'] })],
    ['a window of nothing', 'model/broken', (path) => edit(path, { windowTokens: 0 })],
    ['no tokenizer.json', 'encoders/tokenizer', (path) => rm(join(path, 'tokenizer.json'))],
    ['no model.onnx', 'model/missing-file', (path) => rm(join(path, 'onnx/model.onnx'))],
    ['torn model.onnx', 'runtime/model-file', (path) => truncate(join(path, 'onnx/model.onnx'), 1_000_000)],
    ['empty model.onnx', 'runtime/model-file', (path) => truncate(join(path, 'onnx/model.onnx'), 0)],
    [
      'no ONNX',
      'runtime/model-file',
      (path) => writeFile(join(path, 'onnx/model.onnx'), 'version https://git-lfs'),
    ],
  ];

  it.each(cases)('says in one sentence what is wrong: %s', async (_, code, breakIt) => {
    const path = join(folder, 'broken');
    await cp(dir, path, { recursive: true });
    await breakIt(path);
    const error: unknown = await TextClassifier.load(path, 'cpu').catch((reason: unknown) => reason);
    await rm(path, { recursive: true, force: true });
    expect(error).toBeInstanceOf(AppError);
    const { code: actual, message } = error as AppError;
    expect(actual).toBe(code);
    expect(message).toContain(path);
    expect(message).toMatch(/^[^\n]+\.$/);
  });
});

describe('an export that fails', () => {
  it('leaves the model that was there, and nothing else', async () => {
    const path = join(folder, 'again');
    await cp(dir, path, { recursive: true });
    const failing = exportModel(
      { ...model, result: () => Promise.reject(new Error('measured nothing')) },
      path,
    );
    await expect(failing).rejects.toThrow('measured nothing');
    await withClassifier(path, (classifier) => classifier.classify(['a']));
    await rm(path, { recursive: true });
  });

  it('or succeeds has the result of its own measurement in it', async () => {
    const path = join(folder, 'measured');
    const result = async (draft: { dir: string; sizeBytes: number }): Promise<TrainResult> => {
      const [prediction] = await withClassifier(draft.dir, (classifier) => classifier.classify(['a']));
      return {
        modelDir: path,
        labels: mailLabels,
        rows: [{ id: 'student-1', name: 'Student 1', accuracy: 0.9, macroF1: 0.8 }],
        measuredOn: prediction?.label ?? '',
        counts: model.card.counts,
        sizeBytes: draft.sizeBytes,
        docsPerSecond: 123.4,
        durationMs: 5000,
        peakMemoryBytes: 1,
      };
    };
    const { sizeBytes } = await exportModel({ ...model, result }, path);
    const written = JSON.parse(await readFile(join(path, 'nanonet.json'), 'utf8'));
    expect(written.result).toMatchObject({ modelDir: '.', sizeBytes, rows: [{ accuracy: 0.9 }] });
    expect(mailLabels).toContain(written.result.measuredOn);
    expect(await readFile(join(path, 'README.md'), 'utf8')).toContain('123 texts a second');
    await rm(path, { recursive: true });
  });
});
