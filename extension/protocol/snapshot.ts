/**
 * The one source of progress. The engine emits complete snapshots, never deltas, so that a panel that was
 * hidden, closed or reloaded needs only the newest one.
 */

export const stages = ['read', 'embed', 'teach', 'spread', 'train', 'calibrate', 'export'] as const;
export type Stage = (typeof stages)[number];

export const runStates = ['running', 'paused', 'done', 'failed', 'cancelled', 'interrupted'] as const;
export type RunState = (typeof runStates)[number];

/** One point of a curve: [step, value]. */
export type CurvePoint = readonly [step: number, value: number];

/** One model that learns: the teacher or a student. */
export interface MemberSnapshot {
  /** 'teacher', 'student-1', ... */
  readonly id: string;
  /** Encoder layers of the base model that it keeps, from 0. */
  readonly layers: readonly number[];
  /** Numbers that the optimizer changes. */
  readonly trainedParameters: number;
  /** Training loss by step. */
  readonly loss: readonly CurvePoint[];
  /** Accuracy (0 to 1) on labels it does not learn from, by step. */
  readonly accuracy: readonly CurvePoint[];
  /** Share of unlabelled texts where it agrees with its peers (0 to 1), by step; empty when it has none. */
  readonly agreement: readonly CurvePoint[];
  /** What unlabelled texts count on average where it learns from them (0 to 1), by step: how far their labels are trusted. */
  readonly trusted: readonly CurvePoint[];
  /** True for the one that was exported. */
  readonly chosen: boolean;
}

/** How the one model of a committee goes on by reward, by round. */
export interface Reinforcement {
  /** Mean reward of what was sampled. */
  readonly reward: readonly CurvePoint[];
  /** Kullback-Leibler divergence from the supervised model, in nats. */
  readonly divergence: readonly CurvePoint[];
  /** Share of the texts that are answered rather than abstained from, 0 to 1. */
  readonly coverage: readonly CurvePoint[];
  /** On labels that it does not learn from, 0 to 1; empty where there are none. */
  readonly accuracy: readonly CurvePoint[];
}

/** Texts that a run learns from. */
export interface TextCounts {
  readonly labelled: number;
  readonly unlabelled: number;
  /** Texts without a label beyond what a run can use: drawn by chance not to be learned from. */
  readonly leftOut?: number;
}

/** A row of the result table: the student, and what it is compared with. */
export interface ResultRow {
  readonly id: string;
  readonly name: string;
  /** On the same labels held out from all rows (cross-validated where few), 0 to 1. */
  readonly accuracy: number;
  readonly macroF1: number;
}

/** The file with 8-bit weights beside the one with 32. */
export interface SmallFileFigures {
  /** That both were asked about. */
  readonly texts: number;
  /** That have the same label by both. */
  readonly sameLabel: number;
  /** On texts with known labels that no one learned from, where there are any, 0 to 1; below 0 where it was the better one. */
  readonly accuracyLost?: number;
}

export interface TrainResult {
  readonly modelDir: string;
  readonly labels: readonly string[];
  readonly rows: readonly ResultRow[];
  /** What `rows` were measured on, as a sentence part: '12 held-out labels', '600 texts with known labels'. */
  readonly measuredOn: string;
  readonly counts: TextCounts;
  readonly sizeBytes: number;
  readonly docsPerSecond: number;
  /** Undefined in models of earlier versions. */
  readonly smallFile?: SmallFileFigures;
  /** Of the whole run, but for the measuring on a test file. */
  readonly durationMs: number;
  /** Peak resident memory of the engine process, in bytes. */
  readonly peakMemoryBytes: number;
}

export interface TrainSnapshot {
  readonly runId: string;
  readonly state: RunState;
  readonly stage: Stage;
  /** Progress in the running stage: `step` of `of`. */
  readonly step: number;
  readonly of: number;
  /** Progress of the whole run, 0 to 1. */
  readonly fraction: number;
  readonly elapsedMs: number;
  /** Undefined until it can be told. */
  readonly remainingMs?: number;
  readonly device: string;
  readonly counts: TextCounts;
  /** Teacher first. Empty before `train` begins. */
  readonly members: readonly MemberSnapshot[];
  /** How far the neighbours are believed (0 to 1), once decided. */
  readonly neighbourTrust?: number;
  /** Only in a committee's run, once it has begun. */
  readonly reinforcement?: Reinforcement;
  readonly result?: TrainResult;
  readonly error?: { readonly code: string; readonly message: string };
}
