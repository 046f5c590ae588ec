/** What a run said last, in its folder: `runs/v<n>/snapshot.json`, which the engine keeps as it goes. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { AppError } from '../protocol/appError';
import { runStates, stages, type TrainSnapshot } from '../protocol/snapshot';
import { writeAtomically } from './durable';
import { readJson } from './jsonText';
import { countsSchema, resultSchema, runsDir, versionsIn } from './modelStore';

const curve = z.array(z.tuple([z.number(), z.number()]));
const snapshotSchema = z.looseObject({
  runId: z.string(),
  state: z.enum(runStates),
  stage: z.enum(stages),
  step: z.number(),
  of: z.number(),
  fraction: z.number(),
  elapsedMs: z.number(),
  device: z.string(),
  counts: countsSchema,
  members: z.array(
    z.object({
      id: z.string(),
      layers: z.array(z.number()),
      trainedParameters: z.number(),
      loss: curve,
      accuracy: curve,
      agreement: curve,
      trusted: curve,
      chosen: z.boolean(),
    }),
  ),
  neighbourTrust: z.optional(z.number()),
  result: z.optional(resultSchema),
  error: z.optional(z.object({ code: z.string(), message: z.string() })),
});

/** The newest run of a classifier, as it was left. */
export interface LastRun {
  readonly version: string;
  readonly snapshot: TrainSnapshot;
  /** When it was said. */
  readonly at: Date;
}

/** Undefined when there is no run, or none that said something that can be read. */
export async function lastRun(root: string, classifier: string): Promise<LastRun | undefined> {
  const version = (await versionsIn(runsDir(root, classifier))).at(-1);
  if (version === undefined) return undefined;
  const file = snapshotFile(root, classifier, version);
  try {
    const { mtime } = await stat(file);
    const snapshot = (await readJson(file, snapshotSchema, 'runs/not-read')) as TrainSnapshot;
    return { version, snapshot, at: mtime };
  } catch (error) {
    // It never got so far, or an older version wrote it: there is only less to be seen.
    if (AppError.is(error, 'runs/not-read') || isMissing(error)) return undefined;
    throw error;
  }
}

/** Says of a run that no process works on what became of it. */
export async function writeRunSnapshot(
  root: string,
  classifier: string,
  { version, snapshot }: Pick<LastRun, 'version' | 'snapshot'>,
): Promise<void> {
  await writeAtomically(snapshotFile(root, classifier, version), JSON.stringify(snapshot));
}

function snapshotFile(root: string, classifier: string, version: string): string {
  return join(runsDir(root, classifier), version, 'snapshot.json');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
