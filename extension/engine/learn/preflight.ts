/** Before a run: where it will compute, and about how long and in how much memory. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Preflight, PreflightParams } from '../../protocol/engineApi';
import { shortenWindows, type Encoder } from '../encoders/encoder';
import { readBase } from '../encoders/readBase';
import type { Tokenizer } from '../encoders/tokenizer';
import { modelBytes } from '../graph/serialise';
import { adapters } from '../peft/adapter';
import { runJob, type DeviceAnswer, type DeviceJob } from '../runtime/deviceProcess';
import { chooseDevice, type SkippedDevice } from '../runtime/devices';
import type { SessionDevice } from '../runtime/session';
import { meanTokensOf, windowsRead } from './dataset';
import { fastestDevice } from './fastestDevice';
import { inEightBits } from './inEightBits';
import { checkSettings, defaultRecipe, resolveRecipe } from './settings';
import { soloStep } from './soloStep';
import { stageShares, trainedCost, workloadFrom } from './workload';

/** The step that is timed. */
const shape = { layers: 2, batch: 8, tokens: 48 };
const timedRuns = 3;
/** What a run takes besides its products: reading the base model, regressions, writing the model. */
const besidesMs = 12_000;
/** Memory of the runtime, of the base model in its forms, and of a step's activations at most. */
const runtimeBytes = 550e6;
const formsOfBase = 4;
const stepBytes = 200e6;

export interface PreflightSurroundings {
  readonly defaultBase: string;
  readonly tryDevice: (job: DeviceJob) => Promise<DeviceAnswer>;
}

/** What holds for all runs with a base model on a device: found out once a process, as trying devices takes seconds. */
interface Known {
  readonly tokenizer: Tokenizer;
  readonly layers: number;
  readonly maxTokens: number;
  readonly baseBytes: number;
  readonly device: SessionDevice;
  readonly skipped: readonly SkippedDevice[];
  /** Milliseconds of a token in a layer, forwards. */
  readonly tokenMs: number;
}

export class Preflights {
  private readonly known = new Map<string, Promise<Known>>();

  constructor(private readonly around: PreflightSurroundings) {}

  /** @throws AppError as a run with these settings would */
  async estimate({ settings, sample, labelled, unlabelled, classes }: PreflightParams): Promise<Preflight> {
    checkSettings(settings);
    const { base = this.around.defaultBase, device = defaultRecipe.device } = settings;
    const key = JSON.stringify([base, device]);
    const finding = this.known.get(key) ?? this.find(base, device);
    this.known.set(key, finding);
    const known = await finding.catch((error: unknown) => {
      this.known.delete(key);
      throw error;
    });
    const windowTokens = Math.min(settings.windowTokens ?? defaultRecipe.windowTokens, known.maxTokens);
    const windows = sample.map((text) => windowsRead(text, known.tokenizer, windowTokens));
    const meanTokens = windows.length > 0 ? meanTokensOf(windows) : undefined;
    const recipe = resolveRecipe(settings, known.layers, {
      labelled,
      unlabelled: Math.min(unlabelled, defaultRecipe.mostUnlabelled),
      classes,
      ...(meanTokens !== undefined && { meanTokens }),
    });
    const work = workloadFrom({ labelled, unlabelled, windows }, recipe);
    const units = Object.values(stageShares(work, recipe, known.layers)).reduce((a, b) => a + b, 0);
    return {
      device: known.device,
      skipped: known.skipped,
      durationMs: besidesMs + units * known.tokenMs,
      memoryBytes:
        runtimeBytes +
        formsOfBase * known.baseBytes +
        stepBytes * Math.min(1, work.meanTokens / defaultRecipe.pieceTokens),
    };
  }

  private async find(
    base: string,
    asked: NonNullable<PreflightParams['settings']['device']>,
  ): Promise<Known> {
    const { tryDevice } = this.around;
    const { encoder: whole, tokenizer } = await readBase(base);
    const { device, skipped } =
      asked === 'auto' ? await fastestDevice(whole, tryDevice) : await chooseDevice(asked);
    return {
      tokenizer,
      layers: whole.layers,
      maxTokens: whole.config.maxTokens,
      baseBytes: (await stat(join(base, 'model.safetensors'))).size,
      device,
      skipped,
      tokenMs: await this.time(shortenWindows(whole, Math.min(shape.tokens, whole.config.maxTokens)), device),
    };
  }

  private async time(encoder: Encoder, device: SessionDevice): Promise<number> {
    const tokens = Math.min(shape.tokens, encoder.config.maxTokens);
    const layers = Math.min(shape.layers, encoder.layers);
    const { graph, feeds } = soloStep(encoder, adapters.lora, { ...shape, layers, tokens });
    const model = modelBytes(inEightBits(graph, { device, eightBit: defaultRecipe.eightBit }));
    const job = { device, model, feeds, outputs: ['gradient'], timedRuns };
    // Only what may take its process down has one of its own.
    const answer = device === 'cpu' ? await runJob(job) : await this.around.tryDevice(job);
    if ('reason' in answer) throw new Error(`A training step could not be timed: ${answer.reason}.`);
    return answer.ms / (layers * shape.batch * tokens * trainedCost);
  }
}
