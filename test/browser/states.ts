/** States of the panel as an engine gives them: one run of a teacher and two students, at any moment of it. */
import type { TrainPanelState } from '../../extension/protocol/panelApi';
import type {
  CurvePoint,
  MemberSnapshot,
  Stage,
  TrainResult,
  TrainSnapshot,
} from '../../extension/protocol/snapshot';

const steps = 400;

const texts: TrainPanelState = {
  classifier: 'topic',
  labelCounts: [
    { label: 'bug', count: 14 },
    { label: 'feature', count: 15 },
    { label: 'question', count: 13 },
  ],
  unlabelled: 7948,
};

/** Nobody knows yet how long it takes. */
export const opened: TrainPanelState = { ...texts, advice: { count: 3, label: 'question' } };

export const before: TrainPanelState = {
  ...opened,
  expected: {
    device: 'cpu',
    skipped: [{ device: 'webgpu', reason: 'slower (210 ms a step) than the 84 ms of cpu' }],
    durationMs: 172_000,
    memoryBytes: 0.87e9,
  },
};

export const blockedState: TrainPanelState = {
  ...texts,
  labelCounts: [
    { label: 'bug', count: 14 },
    { label: 'feature', count: 15 },
    { label: 'question', count: 0 },
  ],
  blocked: 'Label a text of "question"; it has none.',
};

/** While the teacher and the students learn, `step` of 400. */
export function training(step: number, runId = 'run-1'): TrainSnapshot {
  return {
    runId,
    state: 'running',
    stage: 'train',
    step,
    of: steps,
    fraction: 0.2 + (0.7 * step) / steps,
    elapsedMs: 21_000 + step * 260,
    remainingMs: (steps - step) * 260 + 9000,
    device: 'cpu',
    counts: { labelled: 42, unlabelled: 7948 },
    neighbourTrust: 0.82,
    members: membersAt(step),
  };
}

/** In a stage before or after `train`. */
export function inStage(stage: Stage, step: number, of: number, fraction: number): TrainSnapshot {
  const isLater = stage === 'calibrate' || stage === 'export';
  const { neighbourTrust, ...snapshot } = training(isLater ? steps : 0);
  return {
    ...snapshot,
    stage,
    step,
    of,
    fraction,
    elapsedMs: 8000,
    ...(isLater
      ? { remainingMs: 6000, ...(neighbourTrust !== undefined && { neighbourTrust }) }
      : { members: [] }),
  };
}

export const result: TrainResult = {
  modelDir: '/workspace/.nanonet/topic/models/v3',
  labels: ['bug', 'feature', 'question'],
  rows: [
    { id: 'student-2', name: 'Student 2', accuracy: 0.871, macroF1: 0.866 },
    { id: 'student-1', name: 'Student 1', accuracy: 0.858, macroF1: 0.851 },
    { id: 'teacher', name: 'Teacher', accuracy: 0.879, macroF1: 0.874 },
    { id: 'baseline', name: 'Logistic regression on frozen embeddings', accuracy: 0.803, macroF1: 0.79 },
  ],
  measuredOn: '600 texts with known labels',
  counts: { labelled: 42, unlabelled: 7948 },
  sizeBytes: 44_812_311,
  docsPerSecond: 412.6,
  durationMs: 161_400,
  peakMemoryBytes: 812_345_678,
};

export function done(): TrainSnapshot {
  const last = training(steps);
  return {
    ...last,
    state: 'done',
    stage: 'export',
    step: 1,
    of: 1,
    fraction: 1,
    elapsedMs: result.durationMs,
    remainingMs: 0,
    members: last.members.map((member) => ({ ...member, chosen: member.id === 'student-2' })),
    result,
  };
}

export function failed(): TrainSnapshot {
  return {
    ...training(168),
    state: 'failed',
    error: {
      code: 'runtime/memory',
      message:
        'The engine ran out of memory in step 168: close other programs, or set “nanonet.students” to fewer layers.',
    },
  };
}

export function ended(state: 'cancelled' | 'interrupted' | 'paused'): TrainSnapshot {
  return { ...training(168), state };
}

function membersAt(step: number): MemberSnapshot[] {
  return [
    { ...member('teacher', [0, 1, 2, 3, 4, 5], 73_728, step, 0.885, 0), chosen: false },
    {
      ...member('student-1', [0, 1, 2], 36_864, step, 0.875, 1),
      chosen: false,
    },
    {
      ...member('student-2', [0, 2, 4], 36_864, step, 0.9, 2),
      chosen: false,
    },
  ];
}

function member(
  id: string,
  layers: number[],
  trainedParameters: number,
  step: number,
  best: number,
  seed: number,
): Omit<MemberSnapshot, 'chosen'> {
  const loss: CurvePoint[] = [];
  const accuracy: CurvePoint[] = [];
  const agreement: CurvePoint[] = [];
  const trusted: CurvePoint[] = [];
  for (let at = 0; at <= step; at += 4) {
    const noise = Math.sin(at * 12.9898 + seed * 78.233) * 0.5 + Math.sin(at * 4.1414 + seed) * 0.5;
    const learnt = 1 - Math.exp(-at / (70 + 35 * seed));
    loss.push([at, 1.08 - (0.9 - 0.07 * seed) * learnt + noise * 0.05]);
    if (at % 20 === 0) {
      const value = 0.38 + (best - 0.38) * learnt + noise * 0.012;
      agreement.push([at, 0.6 + 0.31 * learnt + noise * 0.02]);
      trusted.push([at, 0.7 + 0.18 * learnt + noise * 0.01]);
      accuracy.push([at, Math.min(1, Math.round(value * 600) / 600)]);
    }
  }
  const isStudent = id !== 'teacher';
  return { id, layers, trainedParameters, loss, accuracy, agreement: isStudent ? agreement : [], trusted };
}
