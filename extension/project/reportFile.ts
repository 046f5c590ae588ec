/** The report beside a model: what its training said of it. */
import { stat } from 'node:fs/promises';
import * as z from 'zod/mini';
import { AppError } from '../protocol/appError';
import { reportFileOf, type TrainingReport } from '../protocol/report';
import { settingsSchema } from './classifier';
import { readJson } from './jsonText';

/** A report names each held-out label once or twice, in some 60 bytes. */
const mostBytes = 64 * 1024 * 1024;

const count = z.int().check(z.nonnegative());
const textRef = z.object({ row: count, id: z.optional(z.string()) });
const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });
const reliability = z.object({
  ece: z.number(),
  bins: z.array(
    z.object({ from: z.number(), to: z.number(), texts: count, score: z.number(), accuracy: z.number() }),
  ),
});
/** What a training has gone by, whatever a person set. */
const alwaysSet = {
  base: true,
  device: true,
  adapter: true,
  students: true,
  steps: true,
  learningRate: true,
  seed: true,
  windowTokens: true,
  spreadShare: true,
  mutualShare: true,
} as const;
const reportSchema = z
  .object({
    format: z.literal(1),
    labels: z.array(z.string()),
    heldOut: count,
    level: z.number(),
    accuracy: z.optional(estimate),
    macroF1: z.optional(estimate),
    classes: z.array(
      z.object({
        label: z.string(),
        texts: count,
        precision: z.optional(z.number()),
        recall: z.number(),
        f1: z.number(),
      }),
    ),
    confusion: z.array(z.object({ is: count, takenFor: count, texts: z.array(textRef) })),
    reliability: z.object({ before: reliability, after: reliability }),
    learningCurve: z.object({
      points: z.array(z.object({ labels: count, accuracy: z.number() })),
      tenMore: z.optional(estimate),
    }),
    mislabelled: z.array(
      z.extend(textRef, {
        label: z.string(),
        suggested: z.string(),
        score: z.number(),
        suggestedScore: z.number(),
        likely: z.boolean(),
      }),
    ),
    likelyErrors: count,
    students: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        accuracy: z.optional(z.number()),
        docsPerSecond: z.number(),
        sizeBytes: z.number(),
        chosen: z.boolean(),
      }),
    ),
    settings: z.optional(z.required(settingsSchema, alwaysSet)),
  })
  .check(
    z.refine(
      ({ labels, confusion }) =>
        confusion.every(({ is, takenFor }) => is < labels.length && takenFor < labels.length),
      'the confusion matrix names labels that there are not',
    ),
  );

/** @throws AppError('report/missing'), AppError('report/not-read'), each with what to do */
export async function readReport(modelDir: string): Promise<TrainingReport> {
  const path = reportFileOf(modelDir);
  const unreadable = (cause?: unknown): AppError =>
    new AppError('report/not-read', `${path} is no report of this version; train the model again.`, {
      cause,
    });
  try {
    if ((await stat(path)).size > mostBytes) throw unreadable();
    return (await readJson(path, reportSchema, 'report/not-json')) as TrainingReport;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new AppError(
        'report/missing',
        `${path} is not there; a training writes it, so train the model again.`,
      );
    }
    throw AppError.is(error, 'report/not-json') ? unreadable(error) : error;
  }
}
