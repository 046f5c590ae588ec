/** The last stages: which student, how sure it may be, the exported folder, and the table of results. */
import { createReadStream } from 'node:fs';
import { givenClass, type TrainParams } from '../../protocol/engineApi';
import { jsonRows } from '../../protocol/jsonLines';
import { reportFileOf } from '../../protocol/report';
import type { MemberSnapshot, ResultRow, TrainResult } from '../../protocol/snapshot';
import { thresholdFor } from '../assess/abstention';
import { accuracyAndF1, argmaxRows, type Scores } from '../assess/metrics';
import { exportModel } from '../deploy/exportModel';
import type { StudentOptions } from '../deploy/studentGraph';
import type { Window } from '../encoders/tokenBatches';
import { replaceFile } from './atomicFile';
import { chooseStudent } from './chooseStudent';
import { CohortReader } from './cohortReader';
import { classOf, countsOf, labelledTexts, textsByClass } from './dataset';
import { embedWindows } from './embedding';
import { exportedFigures } from './exportedFigures';
import { fitExit } from './exitHead';
import { crossValidatedRegression } from './firstLabels';
import { withFittedHeads } from './fittedHeads';
import { trainingReport } from './report/trainingReport';
import type { RunProgress } from './runProgress';
import { answersOf, readSeen } from './seen';
import { sharedPieces } from './sharedPieces';
import { membersOf } from './stepGraph';
import type { Prepared, Trained } from './trainingRun';
import type { Vectors } from './vectors';

/** Fits the heads for the last time, chooses, calibrates, exports and measures. */
export async function exportChosen(
  params: TrainParams,
  prepared: Prepared,
  learned: Trained,
  progress: RunProgress,
  now: () => number,
  signal: AbortSignal,
): Promise<TrainResult> {
  const { dataset, recipe, tokenizer, device } = prepared;
  const { cohort, loop } = learned;
  progress.begin('calibrate', 4);
  const seen = learned.seen ?? (await readSeen(prepared, learned, signal));
  const parameters = learned.seen
    ? learned.parameters
    : await withFittedHeads(seen, prepared, learned, signal);
  const trained = { ...learned, parameters };
  progress.advance(1, { atOnce: true });
  await progress.rest();
  // What is measured is what is exported: all of it in 32 bits.
  const reader = await CohortReader.create(cohort, tokenizer.padId, { device, eightBit: false });
  try {
    const { chosen, temperature, heldOutRows } = await chooseStudent(prepared, trained, seen, reader, signal);
    progress.advance(2, { atOnce: true });
    await progress.rest();
    const trainedMs = progress.elapsedMs;
    const measured = params.testFile
      ? await measureOn(params.testFile, prepared, trained, reader, progress, signal)
      : { rows: await comparedRows(heldOutRows, prepared), on: 'given labels that were held out' };
    const measuringMs = params.testFile ? progress.elapsedMs - trainedMs : 0;
    const rows = measured.rows
      .map((row) => ({ ...row, name: nameOf(row.id, trained) }))
      .sort((a, b) => Number(b.id === chosen) - Number(a.id === chosen));
    const report = await trainingReport(
      prepared,
      trained,
      seen,
      { id: chosen, temperature, nameOf: (id) => nameOf(id, trained) },
      now,
      signal,
    );

    progress.begin('export', 1);
    const member = membersOf(cohort).find(({ id }) => id === chosen);
    if (!member) throw new Error(`No member "${chosen}".`);
    const counts = countsOf(dataset);
    const byClass = textsByClass(dataset, labelledTexts(dataset));
    let result: TrainResult | undefined;
    const student: StudentOptions = {
      encoder: prepared.encoder,
      member,
      parameters: (name) => cohort.layout.read(parameters, name),
      temperature,
    };
    const answers = answersOf(seen.features.get(chosen) as Vectors, student);
    await exportModel(
      {
        ...student,
        exit: await fitExit(seen.exitFeatures, answers, recipe.seed),
        sharedPieces: await sharedPieces(prepared.encoder, dataset.windows, device, signal),
        tokenizer,
        baseDir: prepared.baseDir,
        labels: dataset.labels,
        threshold: thresholdOf(answers, recipe.targetPrecision),
        windowTokens: recipe.windowTokens,
        card: {
          counts,
          labelCounts: dataset.labels.map((label, c) => ({ label, count: byClass[c]?.length ?? 0 })),
          rows,
          chosen,
          measuredOn: measured.on,
          recipe,
          ...(progress.neighbourTrust !== undefined && { neighbourTrust: progress.neighbourTrust }),
        },
        result: async (draft) => {
          result = {
            modelDir: params.modelDir,
            labels: dataset.labels,
            rows,
            measuredOn: measured.on,
            counts,
            sizeBytes: draft.sizeBytes,
            ...(await exportedFigures(draft.dir, params, now, signal)),
            durationMs: progress.elapsedMs - measuringMs,
            peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
          };
          return result;
        },
      },
      params.modelDir,
    );
    if (!result) throw new Error('The export did not ask for the result.');
    await replaceFile(reportFileOf(params.modelDir), `${JSON.stringify(report, null, 2)}\n`);
    progress.members = loop
      .members()
      .map((m) => ({ ...asMeasured(m, heldOutRows), chosen: m.id === chosen }));
    return result;
  } finally {
    await reader.dispose();
  }
}

/** Where a model begins to be sure, from its calibrated answers. */
function thresholdOf({ classes, data }: Scores, targetPrecision: number | undefined): number {
  if (targetPrecision === undefined) return classes > 2 ? 0.5 : 0.6;
  const scores = Array.from({ length: data.length / classes }, (_, row) =>
    Math.max(...data.subarray(row * classes, (row + 1) * classes)),
  );
  return thresholdFor(scores, targetPrecision);
}

/** Figures of all members and of logistic regression on texts with known labels that no one learned from. */
async function measureOn(
  file: string,
  { encoder, tokenizer, dataset, recipe, device, regression }: Prepared,
  { cohort, parameters }: Trained,
  reader: CohortReader,
  progress: RunProgress,
  signal: AbortSignal,
): Promise<{ rows: Omit<ResultRow, 'name'>[]; on: string }> {
  const truth: number[] = [];
  const windows: Window[][] = [];
  for await (const row of jsonRows(createReadStream(file), file)) {
    const label = dataset.labels.indexOf(givenClass(row) ?? '');
    if (label < 0) continue;
    truth.push(label);
    windows.push(tokenizer.windows(row.text, recipe.windowTokens));
  }
  const classes = dataset.labels.length;
  const count = windows.flat().length;
  // Calibrating was the first half of its stage.
  progress.begin('calibrate', 2 * count, count);
  const logits = await reader.logits(parameters, windows, signal, (done) => progress.advance(count + done));
  const rows = membersOf(cohort).map(({ id }, m) => ({
    id,
    ...accuracyAndF1(argmaxRows(logits[m] as Scores), truth, classes),
  }));
  const { eightBit } = recipe;
  const embedded = await embedWindows(encoder, windows, { padId: tokenizer.padId, device, eightBit }, signal);
  const predicted = argmaxRows(regression.logits(embedded));
  return {
    rows: [...rows.toReversed(), { id: 'regression', ...accuracyAndF1(predicted, truth, classes) }],
    on: `${truth.length} texts with known labels that no one learned from`,
  };
}

/** Members beside logistic regression; nothing where there are too few labels for a member to hold any out. */
async function comparedRows(
  members: readonly Omit<ResultRow, 'name'>[],
  prepared: Prepared,
): Promise<Omit<ResultRow, 'name'>[]> {
  return members.length === 0 ? [] : [...members, await regressionRow(prepared)];
}

async function regressionRow({ dataset, recipe, vectors }: Prepared): Promise<Omit<ResultRow, 'name'>> {
  const truth = labelledTexts(dataset).map((text) => classOf(dataset, text));
  return {
    id: 'regression',
    ...accuracyAndF1(
      await crossValidatedRegression(dataset, vectors, recipe.seed),
      truth,
      dataset.labels.length,
    ),
  };
}

/** Its curve ends with what it is now, with its last head. */
export function asMeasured(member: MemberSnapshot, rows: readonly Omit<ResultRow, 'name'>[]): MemberSnapshot {
  const [last] = member.accuracy.at(-1) ?? [];
  const now = rows.find(({ id }) => id === member.id)?.accuracy;
  if (last === undefined || now === undefined) return member;
  return { ...member, accuracy: [...member.accuracy.slice(0, -1), [last, now]] };
}

function nameOf(id: string, { cohort }: Trained): string {
  if (id === 'regression') return 'Logistic regression on frozen embeddings';
  const member = membersOf(cohort).find((m) => m.id === id);
  const layers = `${member?.layers.length} layers`;
  return member === cohort.teacher ? `Teacher, ${layers}` : `Student ${id.split('-')[1]}, ${layers}`;
}
