/** What students make of the texts that they learned from, read once for all that comes after the last step. */
import { softmaxRows, type Scores } from '../assess/metrics';
import { exitFeatures } from '../deploy/earlyExit';
import type { StudentOptions } from '../deploy/studentGraph';
import { textInputs } from '../encoders/encoder';
import { readingBatches, type Window } from '../encoders/tokenBatches';
import { drawnWindow } from '../encoders/windowWeights';
import { Graph, type Value } from '../graph/graph';
import { modelBytes } from '../graph/serialise';
import { memberFeatures } from '../peft/member';
import { Session } from '../runtime/session';
import { f32, floats } from '../runtime/tensor';
import { labelledTexts, learnedTexts, type Dataset } from './dataset';
import { inEightBits } from './inEightBits';
import { linearScores } from './logisticRegression';
import { Random } from './random';
import type { Recipe } from './settings';
import type { Cohort } from './stepGraph';
import type { Prepared, Trained } from './trainingRun';
import type { Vectors } from './vectors';

/** The texts that were learned from, and what was read of one window of each. */
export interface Seen {
  readonly texts: readonly number[];
  /** By student, what its head reads: [texts, hidden]. */
  readonly features: ReadonlyMap<string, Vectors>;
  /** What an early exit reads: [texts, hidden]. */
  readonly exitFeatures: Vectors;
}

const exitOutput = 'exit';

export async function readSeen(
  { dataset, recipe, tokenizer, device }: Prepared,
  { cohort, parameters }: Pick<Trained, 'cohort' | 'parameters'>,
  signal: AbortSignal,
): Promise<Seen> {
  const texts = [...labelledTexts(dataset), ...learnedTexts(dataset, recipe)];
  const windows = oneWindowOf(texts, dataset, recipe);
  const size = cohort.encoder.hiddenSize;
  const names = [...cohort.students.map(({ id }) => id), exitOutput];
  const read = new Map(names.map((name) => [name, { size, data: new Float32Array(texts.length * size) }]));
  const { eightBit } = recipe;
  const model = modelBytes(inEightBits(featuresGraph(cohort), { eightBit, device }));
  const session = await Session.create(model, { device });
  try {
    for (const { batch, feeds } of readingBatches(windows, tokenizer.padId)) {
      await new Promise(setImmediate);
      signal.throwIfAborted();
      const outputs = await session.run({ ...feeds, parameters: f32([parameters.length], parameters) });
      for (const [name, { data }] of read) {
        const rows = floats(outputs[name]);
        batch.forEach((text, row) => data.set(rows.subarray(row * size, (row + 1) * size), text * size));
      }
    }
  } finally {
    await session.dispose();
  }
  return { texts, features: read, exitFeatures: read.get(exitOutput) as Vectors };
}

/** A student's answers, [texts, classes], from what its head reads. */
export function answersOf(
  features: Vectors,
  { temperature, ...student }: Omit<StudentOptions, 'encoder'>,
): Scores {
  const { classes, data } = logitsOf(features, student);
  return softmaxRows({ classes, data: data.map((logit) => logit / temperature) });
}

/** What a student's head makes of its features, [texts, classes]. */
export function logitsOf(
  features: Vectors,
  { member: { id }, parameters }: Pick<StudentOptions, 'member' | 'parameters'>,
): Scores {
  return linearScores(features, {
    weight: parameters(`${id}/head.weight`),
    bias: parameters(`${id}/head.bias`),
  });
}

/** A window of each text, drawn by chance. */
function oneWindowOf(
  texts: readonly number[],
  { windows }: Dataset,
  { seed }: Pick<Recipe, 'seed'>,
): Window[] {
  const random = Random.of(seed, 'seen windows');
  return texts.map((text) => {
    const own = windows[text] ?? [];
    return own[drawnWindow(own.length, random.uniform())] ?? [];
  });
}

/** `input_ids`, `attention_mask` and `parameters` -> features [batch, hidden]: of each student, by its id, and of an exit. */
function featuresGraph({ encoder, layout, students }: Cohort): Graph {
  const g = new Graph();
  const text = textInputs(g);
  const tensors = layout.unpack(g, g.input('parameters', 'float32', [layout.size]));
  const parameter = (name: string): Value => tensors.get(name) as Value;
  for (const student of students) {
    g.output(memberFeatures(g, encoder, student, text, parameter), student.id);
  }
  g.output(exitFeatures(g, encoder, text), exitOutput);
  return g;
}
