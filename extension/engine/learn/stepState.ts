import { DeviceTensor, keepsTensors, type AnyTensor, type Session } from '../runtime/session';
import { f32, floats, type FloatTensor, type Tensor } from '../runtime/tensor';

/** What an interrupted run needs to go on as if nothing had happened. */
export interface TrainerState {
  readonly step: number;
  /** Each [parameters]. */
  readonly parameters: Float32Array;
  readonly moment1: Float32Array;
  readonly moment2: Float32Array;
}

/** What a step says of each member; see `stepGraph`. */
export interface StepFigures {
  readonly losses: readonly number[];
  readonly agreements: readonly number[];
  readonly trusted: readonly number[];
}

const names = ['parameters', 'moment1', 'moment2'] as const;
type Name = (typeof names)[number];
type Vectors<T> = Readonly<Record<Name, T>>;

/** Outputs of the step graph that are only read by its next run. */
export const stateOutputs: readonly string[] = ['gradient', ...names.map((name) => `${name}.next`)];

/**
 * The vectors that a step reads and renews. The session is made with `stateOutputs` to keep: where its device can, they stay
 * there between steps; in the host's memory two sets of them take turns.
 */
export class StepState {
  private step: number;
  private current: Vectors<AnyTensor>;
  private spare: Vectors<FloatTensor>;
  private readonly size: number;
  private readonly keeps: boolean;
  private readonly nothing: FloatTensor;
  /** Two, since a part writes into one what it adds to the other. */
  private readonly gradients: readonly [FloatTensor, FloatTensor];

  constructor(
    private readonly session: Session,
    state: TrainerState,
  ) {
    this.keeps = keepsTensors(session.device);
    this.step = state.step;
    this.size = state.parameters.length;
    this.current = vectorsOf((name) => f32([this.size], state[name].slice()));
    this.spare = vectorsOf(() => f32([this.size]));
    this.nothing = f32([this.size]);
    this.gradients = [f32([this.size]), f32([this.size])];
  }

  /** Steps that were taken. */
  get steps(): number {
    return this.step;
  }

  /** Takes a step in parts. @returns the sums over the parts */
  async advance(
    parts: readonly Record<string, Tensor>[],
    rates: Record<string, Tensor>,
  ): Promise<StepFigures> {
    let figures: StepFigures = { losses: [], agreements: [], trusted: [] };
    let before: AnyTensor = this.nothing;
    try {
      for (const [i, part] of parts.entries()) {
        const isLast = i === parts.length - 1;
        const outputs = await this.session.runOnDevice(
          { ...part, ...rates, ...this.current, gradient_before: before },
          this.fetches(i, isLast),
        );
        release(before);
        before = outputOf(outputs, 'gradient');
        const added = (name: keyof StepFigures): number[] =>
          [...floats(outputs[name] as Tensor)].map((own, m) => own + (figures[name][m] ?? 0));
        figures = {
          losses: added('losses'),
          agreements: added('agreements'),
          trusted: added('trusted'),
        };
        const next = (name: Name): AnyTensor => outputOf(outputs, `${name}.next`);
        if (isLast) this.renew(vectorsOf(next));
        else if (this.keeps) names.map(next).forEach(release);
      }
    } finally {
      release(before);
    }
    return figures;
  }

  /** The state in the host's memory; what it holds may be written over by the step after the next. */
  async read(): Promise<TrainerState> {
    const inHost = async (name: Name): Promise<Float32Array> =>
      floats(await this.session.read(this.current[name]));
    return {
      step: this.step,
      parameters: await inHost('parameters'),
      moment1: await inHost('moment1'),
      moment2: await inHost('moment2'),
    };
  }

  /** To be called before the session's. */
  dispose(): void {
    for (const name of names) release(this.current[name]);
  }

  /** Buffers to write into; from a device that keeps outputs the runtime only gives all of them, anew. */
  private fetches(part: number, isLast: boolean): Record<string, Tensor | null> | undefined {
    if (this.keeps) return undefined;
    return {
      losses: null,
      agreements: null,
      trusted: null,
      gradient: this.gradients[part % 2] ?? null,
      ...(isLast && Object.fromEntries(names.map((name) => [`${name}.next`, this.spare[name]]))),
    };
  }

  private renew(next: Vectors<AnyTensor>): void {
    const last = this.current;
    this.current = next;
    this.step += 1;
    for (const name of names) release(last[name]);
    if (!this.keeps) this.spare = last as Vectors<FloatTensor>;
  }
}

function vectorsOf<T>(make: (name: Name) => T): Vectors<T> {
  return { parameters: make('parameters'), moment1: make('moment1'), moment2: make('moment2') };
}

function outputOf(outputs: Readonly<Record<string, AnyTensor>>, name: string): AnyTensor {
  const output = outputs[name];
  if (!output) throw new Error(`The step graph gave no "${name}".`);
  return output;
}

function release(tensor: AnyTensor): void {
  if (tensor instanceof DeviceTensor) tensor.dispose();
}
