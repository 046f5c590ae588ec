/**
 * The engine as the host and the command line see it: started when first asked, started again after a crash.
 * Knows no editor.
 */
import { AppError, CancelledError } from './appError';
import { AgentDesk } from './agentDesk';
import type { Agent, CommitteeParams, CommitteeResult } from './committeeApi';
import type {
  ClassifyParams,
  CorpusMap,
  DeviceReport,
  EngineInfo,
  EngineRequests,
  EvaluateParams,
  Evaluation,
  ExplainParams,
  Explanation,
  MapParams,
  Placed,
  PlacedTextsParams,
  Prediction,
  Review,
  ReviewParams,
  Preflight,
  PreflightParams,
  SimilarParams,
  SimilarTexts,
  SuggestParams,
  Suggestions,
  TrainParams,
} from './engineApi';
import type { EngineProcessOptions } from './engineProcess';
import { EngineProcess } from './engineProcess';
import { ConnectionClosedError } from './rpc';
import type { TrainResult, TrainSnapshot } from './snapshot';

/** `stopped`: not started yet, or ended on purpose. `crashed`: ended by itself and not needed since. */
export type EngineState = 'stopped' | 'running' | 'crashed';

export interface EngineClientOptions extends EngineProcessOptions {
  readonly onState?: (state: EngineState) => void;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface TrainOptions extends CallOptions {
  readonly onProgress?: (snapshot: TrainSnapshot) => void;
}

export interface CommitteeOptions extends TrainOptions {
  /** Those that `CommitteeParams.agents` names. */
  readonly agents?: readonly Agent[];
}

/** How often a training is started again by itself when it gets no further in between. */
const trainRestarts = 3;
const otherRestarts = 1;

export class EngineClient {
  private process: EngineProcess | undefined;
  private disposed = false;
  /** By run; one process may train for two classifiers. */
  private readonly progress = new Map<string, (snapshot: TrainSnapshot) => void>();
  /** Runs that are to wait: a process that is started anew is told so before it goes on with them. */
  private readonly paused = new Set<string>();
  private readonly desk = new AgentDesk();

  constructor(private readonly options: EngineClientOptions) {}

  /** Undefined while no process runs. */
  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** @throws AppError('engine/crashed') */
  info(): Promise<EngineInfo> {
    return this.call('engine/info', {}, undefined, once());
  }

  /** Every device of this computer, each tried with a small training step. @throws AppError('engine/crashed') */
  devices(): Promise<readonly DeviceReport[]> {
    return this.call('engine/devices', {}, undefined, once());
  }

  /** What a run would take. The first call tries the devices, in seconds. @throws AppError, also 'engine/crashed'; CancelledError */
  preflight(params: PreflightParams, { signal }: CallOptions = {}): Promise<Preflight> {
    return this.call('engine/preflight', params, signal, once());
  }

  /**
   * Trains to the end. When the process dies, a new one goes on from the checkpoint in `params.runDir`, at
   * most three times without progress in between.
   *
   * @throws AppError from the engine, or 'engine/crashed' when it keeps dying; CancelledError
   */
  async train(params: TrainParams, options: TrainOptions = {}): Promise<TrainResult> {
    return this.toTheEnd('engine/train', params, options);
  }

  /**
   * Runs a committee to the end, as `train` does. The engine asks `agents` back; what they answered before a crash is not asked again.
   *
   * @throws AppError from the engine, or 'engine/crashed' when it keeps dying; CancelledError
   */
  async committee(
    params: CommitteeParams,
    { agents = [], ...options }: CommitteeOptions = {},
  ): Promise<CommitteeResult> {
    const leave = this.desk.seat(params.runId, agents);
    return this.toTheEnd('engine/committee', params, options).finally(leave);
  }

  private async toTheEnd<M extends 'engine/train' | 'engine/committee'>(
    method: M,
    params: EngineRequests[M][0],
    { signal, onProgress }: TrainOptions,
  ): Promise<EngineRequests[M][1]> {
    let furthest = 0;
    let advanced = false;
    this.progress.set(params.runId, (snapshot) => {
      if (snapshot.fraction > furthest) {
        furthest = snapshot.fraction;
        advanced = true;
      }
      onProgress?.(snapshot);
    });
    let restarts = 0;
    const again = (): number => {
      if (advanced) restarts = 0;
      advanced = false;
      return trainRestarts - restarts++;
    };
    try {
      return await this.call(method, params, signal, again);
    } finally {
      this.progress.delete(params.runId);
      this.paused.delete(params.runId);
    }
  }

  /**
   * Lets a run wait after the step that it is in, until `resume`; its snapshot says when it does. A run that is not under way
   * yet waits where it begins.
   */
  pause(runId: string): Promise<void> {
    this.paused.add(runId);
    return this.tellPause(runId);
  }

  resume(runId: string): Promise<void> {
    if (!this.paused.delete(runId)) return Promise.resolve();
    return this.tellPause(runId);
  }

  /** @returns one prediction a text, in order. @throws AppError, also 'engine/crashed'; CancelledError */
  classify(params: ClassifyParams, { signal }: CallOptions = {}): Promise<readonly Prediction[]> {
    return this.call('engine/classify', params, signal, once());
  }

  /** @throws AppError, also 'engine/crashed'; CancelledError */
  evaluate(params: EvaluateParams, { signal }: CallOptions = {}): Promise<Evaluation> {
    return this.call('engine/evaluate', params, signal, once());
  }

  /** Which words made a model give a label. @throws AppError, also 'engine/crashed'; CancelledError */
  explain(params: ExplainParams, { signal }: CallOptions = {}): Promise<Explanation> {
    return this.call('engine/explain', params, signal, once());
  }

  /** Which texts to label next. @throws AppError, also 'engine/crashed'; CancelledError */
  suggest(params: SuggestParams, { signal }: CallOptions = {}): Promise<Suggestions> {
    return this.call('engine/suggest', params, signal, once());
  }

  /** Texts that mean about the same as one. @throws AppError, also 'engine/crashed'; CancelledError */
  similar(params: SimilarParams, { signal }: CallOptions = {}): Promise<SimilarTexts> {
    return this.call('engine/similar', params, signal, once());
  }

  /** Which labels may be wrong. @throws AppError, also 'engine/crashed'; CancelledError */
  review(params: ReviewParams, { signal }: CallOptions = {}): Promise<Review> {
    return this.call('engine/review', params, signal, once());
  }

  /** How far texts have got their places. @throws AppError, also 'engine/crashed'; CancelledError */
  place(params: PlacedTextsParams, { signal }: CallOptions = {}): Promise<Placed> {
    return this.call('engine/place', params, signal, once());
  }

  /** A picture of the corpus. @throws AppError, also 'engine/crashed'; CancelledError */
  map(params: MapParams, { signal }: CallOptions = {}): Promise<CorpusMap> {
    return this.call('engine/map', params, signal, once());
  }

  /** Ends the process. What is under way is started again in a new one, as after a crash. */
  async restart(): Promise<void> {
    const { process } = this;
    process?.kill();
    await process?.ended;
  }

  /** Ends the process; what is under way rejects with CancelledError. */
  dispose(): void {
    this.disposed = true;
    this.process?.kill();
  }

  /** A process that is not there, or ends meanwhile, is told when it starts. */
  private async tellPause(runId: string): Promise<void> {
    try {
      await this.process?.rpc.request('engine/pause', { runId, paused: this.paused.has(runId) });
    } catch (error) {
      if (!(error instanceof ConnectionClosedError)) throw error;
    }
  }

  /** `restartsLeft` is asked after each crash; 0 means that this was the last try. */
  private async call<M extends keyof EngineRequests>(
    method: M,
    params: EngineRequests[M][0],
    signal: AbortSignal | undefined,
    restartsLeft: () => number,
  ): Promise<EngineRequests[M][1]> {
    for (;;) {
      if (this.disposed) throw new CancelledError();
      const process = this.running();
      try {
        return await process.rpc.request(method, params, signal);
      } catch (error) {
        if (!(error instanceof ConnectionClosedError)) throw error;
      }
      CancelledError.throwIf(signal);
      const how = await process.ended;
      if (!this.disposed && restartsLeft() <= 0) {
        throw new AppError(
          'engine/crashed',
          `The engine stopped unexpectedly (${how}) and did not get further when started again; the log says more.`,
        );
      }
    }
  }

  private running(): EngineProcess {
    if (this.process !== undefined) return this.process;
    const process = new EngineProcess(this.options, this.desk.handlers);
    this.process = process;
    process.rpc.on('engine/progress', (snapshot) => this.progress.get(snapshot.runId)?.(snapshot));
    this.options.onState?.('running');
    for (const runId of this.paused) void this.tellPause(runId);
    void process.ended.then((how) => {
      if (this.process === process) this.process = undefined;
      if (!this.disposed) this.options.log?.('warn', `The engine's process ended: ${how}.`);
      this.options.onState?.(this.disposed ? 'stopped' : 'crashed');
    });
    return process;
  }
}

function once(): () => number {
  let left = otherRestarts;
  return () => left--;
}
