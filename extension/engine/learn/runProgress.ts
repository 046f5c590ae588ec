import type {
  MemberSnapshot,
  Reinforcement,
  Stage,
  TextCounts,
  TrainResult,
  TrainSnapshot,
} from '../../protocol/snapshot';
import type { PauseGate } from './pauseGate';

/** Share of a run's time that each stage takes, as far as is known before it. */
export type StageShares = Readonly<Partial<Record<Stage, number>>>;

/** Milliseconds between two snapshots that differ only in their step. */
const quietMs = 200;

export interface RunBegun {
  readonly runId: string;
  readonly emit: (snapshot: TrainSnapshot) => void;
  /** Milliseconds. */
  readonly now: () => number;
  /** What earlier processes spent on this run. */
  readonly spentMs: number;
  /** What an earlier process said last of this run: until this one knows better, the same is to be seen. */
  readonly before: Pick<TrainSnapshot, 'members' | 'neighbourTrust' | 'fraction'> | undefined;
  readonly gate: PauseGate;
  readonly signal: AbortSignal;
}

/** Where a run is. Emits complete snapshots; a new stage or a new point of a curve at once, steps now and then. */
export class RunProgress {
  private stage: Stage = 'read';
  private step = 0;
  private of = 1;
  private shares: StageShares = { read: 1 };
  private readonly finished = new Set<Stage>();
  private emittedAt = -Infinity;
  /** Progress and time at which this process began its work: what was resumed took no time now. */
  private origin: { fraction: number; at: number } | undefined;
  private pausedMs = 0;

  device = 'cpu';
  counts: TextCounts = { labelled: 0, unlabelled: 0 };
  members: readonly MemberSnapshot[];
  neighbourTrust: number | undefined;
  reinforcement: Reinforcement | undefined;

  private readonly startedAt: number;

  constructor(private readonly run: RunBegun) {
    this.startedAt = run.now();
    this.members = run.before?.members ?? [];
    this.neighbourTrust = run.before?.neighbourTrust;
  }

  get elapsedMs(): number {
    return this.run.spentMs + this.working() - this.startedAt;
  }

  /** Gives the stages their shares of the whole; those that are over keep theirs. */
  plan(shares: StageShares): void {
    this.shares = shares;
  }

  begin(stage: Stage, of: number, step = 0): void {
    if (stage !== this.stage) this.finished.add(this.stage);
    this.stage = stage;
    this.step = step;
    this.of = Math.max(1, of);
    this.send();
  }

  advance(step: number, { atOnce = false } = {}): void {
    this.step = step;
    if (atOnce || this.run.now() - this.emittedAt >= quietMs) this.send();
  }

  /**
   * Waits here while the run is paused: between any two pieces of work, so that nothing that is computed depends on it.
   * @param keep makes what was done so far outlast this process @throws the signal's reason when that fires meanwhile
   */
  async rest(keep?: () => Promise<void>): Promise<void> {
    const { gate, signal, now, emit } = this.run;
    if (!gate.isClosed) return;
    const since = now();
    emit(this.snapshot('paused'));
    try {
      await keep?.();
      await gate.passed(signal);
    } finally {
      this.pausedMs += now() - since;
    }
    this.send();
  }

  done(result: TrainResult): TrainSnapshot {
    this.finished.add(this.stage);
    this.step = this.of;
    const snapshot = { ...this.snapshot('done'), fraction: 1, remainingMs: 0, result };
    this.run.emit(snapshot);
    return snapshot;
  }

  ended(state: 'failed' | 'cancelled', error?: { code: string; message: string }): void {
    this.run.emit({ ...this.snapshot(state), ...(error ? { error } : {}) });
  }

  /** The time, but for pauses. */
  private working(): number {
    return this.run.now() - this.pausedMs;
  }

  private send(): void {
    this.emittedAt = this.run.now();
    this.run.emit(this.snapshot('running'));
  }

  private snapshot(state: TrainSnapshot['state']): TrainSnapshot {
    const fraction = this.fraction();
    this.origin ??= { fraction, at: this.working() };
    const gained = fraction - this.origin.fraction;
    const remaining = ((1 - fraction) * (this.working() - this.origin.at)) / gained;
    return {
      runId: this.run.runId,
      state,
      stage: this.stage,
      step: this.step,
      of: this.of,
      fraction,
      elapsedMs: this.elapsedMs,
      ...(gained > 0.02 && state === 'running' ? { remainingMs: remaining } : {}),
      device: this.device,
      counts: this.counts,
      members: this.members,
      ...(this.neighbourTrust === undefined ? {} : { neighbourTrust: this.neighbourTrust }),
      ...(this.reinforcement === undefined ? {} : { reinforcement: this.reinforcement }),
    };
  }

  private fraction(): number {
    const total = Object.values(this.shares).reduce((a, b) => a + b, 0) || 1;
    const share = (stage: Stage): number => (this.shares[stage] ?? 0) / total;
    const over = [...this.finished].filter((s) => s !== this.stage).reduce((a, s) => a + share(s), 0);
    const own = over + (share(this.stage) * this.step) / this.of;
    return Math.min(1, Math.max(own, this.run.before?.fraction ?? 0));
  }
}
