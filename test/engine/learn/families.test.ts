/** A tiny random model of each family through a whole run: learned from, exported, and classified with. */
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TextClassifier } from '../../../extension/engine/deploy/textClassifier';
import { train } from '../../../extension/engine/learn/trainingRun';
import { Session } from '../../../extension/engine/runtime/session';
import { familyNames, tinyModel } from '../encoders/families/tinyModels';
import { transformersParity } from '../transformersParity';
import { surroundings, tinyParams, tinyTexts } from './tinyRun';

const folders: string[] = [];
afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  expect(Session.live).toBe(0);
});

const texts = tinyTexts();
const words = [...new Set(texts.flatMap(({ text }) => text.split(' ')))];

const architectures = {
  bert: 'BertForSequenceClassification',
  roberta: 'RobertaForSequenceClassification',
  'xlm-roberta': 'XLMRobertaForSequenceClassification',
  distilbert: 'DistilBertForSequenceClassification',
  mpnet: 'MPNetForSequenceClassification',
  modernbert: 'ModernBertForSequenceClassification',
};

describe('a run ends with a model that classifies', () => {
  it.each([
    ...familyNames.map((name) => [name, 'lora'] as const),
    ['roberta', 'bitfit'] as const,
    ['modernbert', 'houlsby'] as const,
  ])('%s, %s', async (name, adapter) => {
    const { dir: base } = await tinyModel(name, words);
    const params = await tinyParams({ base, adapter, steps: 40, students: [[0], [1]] });
    folders.push(base, dirname(params.dataFile));
    const result = await train(params, surroundings({ overrides: { teachSteps: 20, evaluateEvery: 10 } }));
    expect(result.labels).toEqual(['business', 'sport', 'weather']);

    for (const file of ['fp32', 'quantised'] as const) {
      const classifier = await TextClassifier.load(params.modelDir, 'cpu', file);
      const predictions = await classifier.classify(texts.map(({ text }) => text));
      await classifier.dispose();
      const hits = predictions.filter(({ label }, i) => label === texts[i]?.label).length;
      expect(hits / texts.length, file).toBeGreaterThan(0.6);
    }

    const config = JSON.parse(await readFile(join(params.modelDir, 'config.json'), 'utf8'));
    expect(config).toMatchObject({ model_type: name, architectures: [architectures[name]] });
    const some = texts.slice(0, 12).map(({ text }) => text);
    const parity = await transformersParity(params.modelDir, [...some, 'a word it never saw: zebra']);
    expect(parity).toMatchObject({ compared: 13, sameLabel: 13 });
    expect(parity.scoreDifference).toBeLessThan(1e-4);
  });
});

it('a base model with fewer places than a window reads more windows', async () => {
  const { dir: base } = await tinyModel('roberta', words, { max_position_embeddings: 12 });
  const params = await tinyParams({ base, steps: 4 });
  folders.push(base, dirname(params.dataFile));
  await train(params, surroundings({ overrides: { teachSteps: 4 } }));
  const classifier = await TextClassifier.load(params.modelDir, 'cpu');
  const { windows } = await classifier.read(['snow closed the road', 'snow '.repeat(30)]);
  await classifier.dispose();
  expect(windows[0]).toBe(1);
  // Ten tokens less the two special ones.
  expect(windows[1]).toBeGreaterThanOrEqual(4);
});

it('BitFit on a base model without biases is refused before anything is computed', async () => {
  const { dir: base } = await tinyModel('modernbert', words);
  const params = await tinyParams({ base, adapter: 'bitfit' });
  folders.push(base, dirname(params.dataFile));
  const seen: unknown[] = [];
  const run = train(params, surroundings({ onProgress: (snapshot) => seen.push(snapshot) }));
  await expect(run).rejects.toMatchObject({ name: 'AppError', code: 'peft/no-biases' });
  expect(seen).toEqual([]);
});
