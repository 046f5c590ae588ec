import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { argmaxRows, oneHotRows, softmaxRows, type Scores } from '../../../extension/engine/assess/metrics';
import { loadEncoder } from '../../../extension/engine/encoders/encoder';
import { Tokenizer } from '../../../extension/engine/encoders/tokenizer';
import { CohortReader } from '../../../extension/engine/learn/cohortReader';
import { readDataset, type Dataset } from '../../../extension/engine/learn/dataset';
import { withFittedHeads } from '../../../extension/engine/learn/fittedHeads';
import { ParameterLayout } from '../../../extension/engine/learn/parameterLayout';
import { defaultRecipe } from '../../../extension/engine/learn/settings';
import { answersOf, readSeen } from '../../../extension/engine/learn/seen';
import type { Cohort } from '../../../extension/engine/learn/stepGraph';
import type { Prepared, Trained } from '../../../extension/engine/learn/trainingRun';
import { pickRows, type Vectors } from '../../../extension/engine/learn/vectors';
import { adapters } from '../../../extension/engine/peft/adapter';
import { parameterSpecs, type Member } from '../../../extension/engine/peft/member';
import { baseModel, tinyParams, tinyTexts } from './tinyRun';

const { signal } = new AbortController();
const place = { device: 'cpu', eightBit: false } as const;
let prepared: Prepared;
let cohort: Cohort;
/** As the layers would be after learning; the students' heads are empty. */
let parameters: Float32Array;
let truth: number[];

beforeAll(async () => {
  const { dataFile } = await tinyParams();
  const encoder = await loadEncoder(baseModel);
  const tokenizer = await Tokenizer.load(baseModel);
  const recipe = { ...defaultRecipe, ...place };
  const dataset = await readDataset(dataFile, tokenizer, recipe);
  await rm(dirname(dataFile), { recursive: true });
  prepared = { encoder, tokenizer, dataset, recipe, ...place } as unknown as Prepared;
  truth = tinyTexts().map(({ label }) => dataset.labels.indexOf(label));
  const member = (id: string, layers: number[]): Member => ({
    ...{ id, layers, classes: dataset.labels.length },
    adapter: adapters.lora(encoder, layers),
  });
  const [teacher, ...students] = [
    member('teacher', [0, 1]),
    member('student-1', [0]),
    member('student-2', [1]),
  ];
  const layout = new ParameterLayout(
    [teacher, ...students].flatMap((m) => parameterSpecs(m, encoder.hiddenSize)),
  );
  cohort = { encoder, teacher, students, layout };
  parameters = layout.initial(1);
});

/** What students learned from, and who kept which texts from whom. */
function trained(heldOut: readonly number[][] = [], labels: readonly number[] = truth): Trained {
  const spread = oneHotRows(labels, prepared.dataset.labels.length);
  return {
    ...{ cohort, parameters, labels: { spread, calibrated: spread, trust: 1 } },
    heldOut: [0, 1, 2].map((m) => new Set(heldOut[m])),
  } as unknown as Trained;
}

async function fitted(of: Trained, dataset: Dataset = prepared.dataset): Promise<Float32Array> {
  return withFittedHeads(await readSeen({ ...prepared, dataset }, of, signal), { dataset }, of, signal);
}

const head = (of: Float32Array, id: string): Float32Array => cohort.layout.read(of, `${id}/head.weight`);

it('gives students heads that say what they were taught of all texts, and changes nothing else', async () => {
  const renewed = await fitted(trained());
  const reader = await CohortReader.create(cohort, prepared.tokenizer.padId, place);
  try {
    const [, ...students] = await reader.logits(renewed, prepared.dataset.windows);
    for (const logits of students as Scores[]) expect(argmaxRows(logits)).toEqual(truth);
    const seen = await readSeen(prepared, { cohort, parameters: renewed }, signal);
    for (const [s, member] of cohort.students.entries()) {
      const student = {
        ...{ member, temperature: 2 },
        parameters: (name: string) => cohort.layout.read(renewed, name),
      };
      const answers = answersOf(seen.features.get(member.id) as Vectors, student);
      const { classes, data } = students[s] as Scores;
      const wanted = softmaxRows({ classes, data: data.map((x) => x / 2) });
      const inOrder = pickRows({ size: classes, data: wanted.data }, seen.texts);
      answers.data.forEach((p, i) => expect(p).toBeCloseTo(inOrder.data[i] ?? 0, 4));
    }
  } finally {
    await reader.dispose();
  }
  for (const { spec, offset, size } of cohort.layout.slots) {
    if (/^student-\d\/head/.test(spec.name)) continue;
    expect(renewed.subarray(offset, offset + size)).toEqual(parameters.subarray(offset, offset + size));
  }
});

it('keeps from a student the labels that it held out', async () => {
  const text = prepared.dataset.given.findIndex((label) => label !== undefined);
  const given = prepared.dataset.given.map((label, t) => (t === text ? ((label ?? 0) + 1) % 3 : label));
  const of = trained([[], [text]]);
  const [before, after] = [await fitted(of), await fitted(of, { ...prepared.dataset, given })];
  expect(head(after, 'student-1')).toEqual(head(before, 'student-1'));
  expect(head(after, 'student-2')).not.toEqual(head(before, 'student-2'));
});

it('leaves the heads as the steps made them where no text without a label was learned from', async () => {
  expect(await fitted({ ...trained(), labels: undefined })).toBe(parameters);
});
