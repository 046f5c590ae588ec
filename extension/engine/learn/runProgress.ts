import type { MemberSnapshot, Stage, TextCounts, TrainResult, TrainSnapshot } from '../../protocol/snapshot';

/** Share of a run's time that each stage takes, as far as is known before it. */
export type StageShares = Readonly<Partial<Record<Stage, number>>>;

/** Milliseconds between two snapshots that differ only in their step. */
const quietMs = 200;

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

  device = 'cpu';
  counts: TextCounts = { labelled: 0, unlabelled: 0 };
  members: readonly MemberSnapshot[] = [];
  neighbourTrust: number | undefined;

  /**
   * @param now milliseconds @param spentMs what earlier processes spent on this run
   */
  constructor(
    private readonly runId: string,
    private readonly emit: (snapshot: TrainSnapshot) => void,
    private readonly now: () => number,
    private readonly spentMs = 0,
    private readonly startedAt = now(),
  ) {}

  get elapsedMs(): number {
    return this.spentMs + this.now() - this.startedAt;
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
    if (atOnce || this.now() - this.emittedAt >= quietMs) this.send();
  }

  done(result: TrainResult): TrainSnapshot {
    this.finished.add(this.stage);
    this.step = this.of;
    const snapshot = { ...this.snapshot('done'), fraction: 1, remainingMs: 0, result };
    this.emit(snapshot);
    return snapshot;
  }

  ended(state: 'failed' | 'cancelled', error?: { code: string; message: string }): void {
    this.emit({ ...this.snapshot(state), ...(error ? { error } : {}) });
  }

  private send(): void {
    this.emittedAt = this.now();
    this.emit(this.snapshot('running'));
  }

  private snapshot(state: TrainSnapshot['state']): TrainSnapshot {
    const fraction = this.fraction();
    this.origin ??= { fraction, at: this.now() };
    const gained = fraction - this.origin.fraction;
    const remaining = ((1 - fraction) * (this.now() - this.origin.at)) / gained;
    return {
      runId: this.runId,
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
    };
  }

  private fraction(): number {
    const total = Object.values(this.shares).reduce((a, b) => a + b, 0) || 1;
    const share = (stage: Stage): number => (this.shares[stage] ?? 0) / total;
    const over = [...this.finished].filter((s) => s !== this.stage).reduce((a, s) => a + share(s), 0);
    return Math.min(1, over + (share(this.stage) * this.step) / this.of);
  }
}
