import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readSafetensors, writeSafetensors } from '../encoders/safetensors';
import { f32 } from '../runtime/tensor';
import { AppError } from '../../protocol/appError';
import type { CurvePoint } from '../../protocol/snapshot';
import type { StepFigures, TrainerState } from './stepState';

/** The curves of one member: what a panel draws, and what stopping is decided on. */
export interface MemberCurves {
  readonly loss: CurvePoint[];
  readonly accuracy: CurvePoint[];
  readonly agreement: CurvePoint[];
  readonly trusted: CurvePoint[];
}

export const noCurves = (): MemberCurves => ({ loss: [], accuracy: [], agreement: [], trusted: [] });

/** Everything that a run is at a step. */
export interface Checkpoint {
  readonly state: TrainerState;
  /** Parameters at the best look at the held-out labels so far, with its likelihood. */
  readonly best:
    { readonly step: number; readonly loss: number; readonly parameters: Float32Array } | undefined;
  readonly curves: readonly MemberCurves[];
  /** Figures of the steps since the curves' last points. */
  readonly recent: readonly StepFigures[];
  /** Time spent on the run by all processes so far. */
  readonly elapsedMs: number;
}

/** What a run is a function of; a checkpoint with another key is another run's. */
export function runKey(parts: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Writes it so that a crash leaves the earlier one. */
export async function writeCheckpoint(path: string, key: string, checkpoint: Checkpoint): Promise<void> {
  const { state, best, curves, recent, elapsedMs } = checkpoint;
  const vector = (data: Float32Array): ReturnType<typeof f32> => f32([data.length], data);
  const tensors = new Map([
    ['parameters', vector(state.parameters)],
    ['moment1', vector(state.moment1)],
    ['moment2', vector(state.moment2)],
  ]);
  if (best) tensors.set('best', vector(best.parameters));
  const progress: Progress = {
    step: state.step,
    curves,
    recent,
    elapsedMs,
    ...(best ? { best: { step: best.step, loss: best.loss } } : {}),
  };
  await writeSafetensors(path, tensors, { key, progress: JSON.stringify(progress) });
}

interface Progress {
  readonly step: number;
  readonly best?: { readonly step: number; readonly loss: number };
  readonly curves: readonly MemberCurves[];
  readonly recent: readonly StepFigures[];
  readonly elapsedMs: number;
}

/** The checkpoint of this run; undefined when there is none, or it is torn, or another run's. */
export async function readCheckpoint(path: string, key: string): Promise<Checkpoint | undefined> {
  try {
    const file = await readSafetensors(path);
    try {
      if (file.metadata['key'] !== key) return undefined;
      const progress = JSON.parse(file.metadata['progress'] ?? '') as Progress;
      const read = async (name: string): Promise<Float32Array> =>
        (await file.tensor(name)).data as Float32Array;
      return {
        state: {
          step: progress.step,
          parameters: await read('parameters'),
          moment1: await read('moment1'),
          moment2: await read('moment2'),
        },
        best: progress.best && { ...progress.best, parameters: await read('best') },
        curves: progress.curves,
        recent: progress.recent,
        elapsedMs: progress.elapsedMs,
      };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (AppError.is(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Time that earlier processes spent on this run: that of its furthest checkpoint. */
export async function spentOn(runDir: string, key: string): Promise<number> {
  const checkpoints = await Promise.all(
    ['train', 'teach'].map((phase) => readCheckpoint(join(runDir, `${phase}.safetensors`), key)),
  );
  return Math.max(0, ...checkpoints.map((checkpoint) => checkpoint?.elapsedMs ?? 0));
}
