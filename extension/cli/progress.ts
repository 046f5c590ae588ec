import type { Stage, TrainSnapshot } from '../protocol/snapshot';
import { duration, percent } from './figures';

const barWidth = 24;
/** Where nobody watches, a line comes this often. */
const lineEveryMs = 10_000;

const stageNames: Readonly<Record<Stage, string>> = {
  read: 'reading the texts',
  embed: 'embedding the texts',
  teach: 'teaching the teacher',
  spread: 'spreading the labels',
  train: 'training teacher and students',
  calibrate: 'calibrating',
  export: 'writing the model',
};

/** Draws snapshots: a bar that stays in its line on a terminal, now and then a plain line elsewhere. */
export class Progress {
  private drawn = false;
  private lastStage: Stage | undefined;
  private lastLineMs = -Infinity;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly now: () => number = () => performance.now(),
  ) {}

  show(snapshot: TrainSnapshot): void {
    if (snapshot.state !== 'running') return;
    if (this.stream.isTTY) this.draw(snapshot);
    else this.print(snapshot);
  }

  /** Leaves the terminal as a following line expects it. */
  end(): void {
    if (this.drawn) this.stream.write('\r\x1b[K');
    this.drawn = false;
  }

  private draw(snapshot: TrainSnapshot): void {
    const filled = Math.round(barWidth * Math.min(1, Math.max(0, snapshot.fraction)));
    const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
    const line = `${bar} ${describe(snapshot)}`.slice(0, (this.stream.columns || 80) - 1);
    this.stream.write(`\r${line}\x1b[K`);
    this.drawn = true;
  }

  private print(snapshot: TrainSnapshot): void {
    const now = this.now();
    if (snapshot.stage === this.lastStage && now - this.lastLineMs < lineEveryMs) return;
    this.lastStage = snapshot.stage;
    this.lastLineMs = now;
    this.stream.write(`${describe(snapshot)}\n`);
  }
}

/** @returns 'training teacher and students, step 120 of 400, 48.0 %, 1 min 05 s left' */
export function describe({ stage, step, of, fraction, remainingMs }: TrainSnapshot): string {
  const steps = stage === 'train' ? `, step ${step} of ${of}` : '';
  const left = remainingMs === undefined ? '' : `, ${duration(remainingMs)} left`;
  return `${stageNames[stage]}${steps}, ${percent(fraction)}${left}`;
}
