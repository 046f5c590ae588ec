import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { argmaxRows, type Scores } from '../../../extension/engine/assess/metrics';
import { loadEncoder, type Encoder } from '../../../extension/engine/encoders/encoder';
import { Tokenizer } from '../../../extension/engine/encoders/tokenizer';
import { CohortReader } from '../../../extension/engine/learn/cohortReader';
import { classOf, labelledTexts, readDataset } from '../../../extension/engine/learn/dataset';
import { embedWindows } from '../../../extension/engine/learn/embedding';
import { beginAsRegression, regressionOnWindows } from '../../../extension/engine/learn/firstHead';
import { regressionOn } from '../../../extension/engine/learn/firstLabels';
import { ParameterLayout } from '../../../extension/engine/learn/parameterLayout';
import { defaultRecipe } from '../../../extension/engine/learn/settings';
import type { Prepared } from '../../../extension/engine/learn/trainingRun';
import { adapters } from '../../../extension/engine/peft/adapter';
import { parameterSpecs } from '../../../extension/engine/peft/member';
import { baseModel, tinyTexts } from './tinyRun';

const signal = new AbortController().signal;
const device = 'cpu';
const eightBit = false;
let folder = '';
let encoder: Encoder;
let tokenizer: Tokenizer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nanonet-first-head-'));
  encoder = await loadEncoder(baseModel);
  tokenizer = await Tokenizer.load(baseModel);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the stages before the teacher make of texts that are each `sentences` long, all with their label. */
async function prepared(sentences: number): Promise<Prepared> {
  const file = join(folder, `${sentences}.jsonl`);
  const all = tinyTexts();
  const rows = [...new Set(all.map(({ label }) => label))].flatMap((label) => {
    const own = all.filter((row) => row.label === label);
    return Array.from({ length: 4 }, (_, t) => ({
      label,
      text: Array.from({ length: sentences }, (__, s) => own[(t * sentences + s) % own.length]?.text).join(
        '. ',
      ),
    }));
  });
  await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'));
  const recipe = { ...defaultRecipe, windowTokens: 16, eightBit };
  const dataset = await readDataset(file, tokenizer, recipe);
  const vectors = await embedWindows(
    encoder,
    dataset.windows,
    { padId: tokenizer.padId, device, eightBit },
    signal,
  );
  const regression = await regressionOn(dataset, vectors, labelledTexts(dataset), 3);
  return {
    ...{ encoder, tokenizer, dataset, recipe, device, vectors, regression },
    ...{ baseDir: baseModel, baseDigest: '', affinity: { start: [], column: [], value: [] } },
  } as unknown as Prepared;
}

/** What it begins as when it learns from all labels. */
function headOf(run: Prepared): ReturnType<typeof regressionOnWindows> {
  return regressionOnWindows(run, labelledTexts(run.dataset), signal);
}

/** What a teacher that begins as this regression says of all texts, before its first step. */
async function firstAnswers(run: Prepared): Promise<Scores> {
  const layers = Array.from({ length: encoder.layers }, (_, i) => i);
  const teacher = {
    ...{ id: 'teacher', layers, classes: run.dataset.labels.length },
    adapter: adapters.lora(encoder, layers),
  };
  const layout = new ParameterLayout(parameterSpecs(teacher, encoder.hiddenSize));
  const initial = layout.initial(1);
  beginAsRegression(await headOf(run), teacher, layout, initial);
  const cohort = { encoder, teacher, students: [], layout };
  const reader = await CohortReader.create(cohort, tokenizer.padId, { device, eightBit });
  try {
    return (await reader.logits(initial, run.dataset.windows))[0] as Scores;
  } finally {
    await reader.dispose();
  }
}

it('lets the teacher begin as logistic regression, half sure, where a text is one window', async () => {
  const run = await prepared(1);
  expect(run.dataset.windows.flat()).toHaveLength(run.dataset.windows.length);
  expect(await headOf(run)).toEqual(run.regression);
  const answers = await firstAnswers(run);
  const wanted = run.regression.logits(run.vectors);
  answers.data.forEach((logit, i) => expect(logit).toBeCloseTo((wanted.data[i] as number) / 2, 2));
});

it('learns from windows where texts have several', async () => {
  const run = await prepared(5);
  const texts = labelledTexts(run.dataset);
  expect(run.dataset.windows.flat().length).toBeGreaterThan(2 * texts.length);
  const ofWindows = await headOf(run);
  expect(ofWindows).not.toBe(run.regression);
  const answers = await firstAnswers(run);
  expect(argmaxRows(answers)).toEqual(texts.map((text) => classOf(run.dataset, text)));
  expect(await headOf(run)).toEqual(ofWindows);
  expect(await regressionOnWindows(run, texts.slice(1), signal)).not.toEqual(ofWindows);
});
