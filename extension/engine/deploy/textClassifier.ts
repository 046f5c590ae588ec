/** A trained model at work: its folder is all it needs. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../protocol/appError';
import type { Device, Prediction } from '../../protocol/engineApi';
import { modelFiles } from '../../protocol/modelFolder';
import { softmaxRows, type Scores } from '../assess/metrics';
import { readingBatches, tokenFeeds, type TokenFeeds, type Window } from '../encoders/tokenBatches';
import { weightedWindows, type WeightedWindow } from '../encoders/windowWeights';
import { Tokenizer } from '../encoders/tokenizer';
import { openSession, type OpenedSession, type SkippedDevice } from '../runtime/devices';
import type { SessionDevice } from '../runtime/session';
import { floats } from '../runtime/tensor';
import { breather } from './breather';
import { readManifest, type ModelManifest } from './manifest';
import { predictionOf } from './prediction';

/** Tokens that are held at once; what is longest of them decides nothing but memory. */
const heldTokens = 1 << 18;

/** Probabilities of texts, and how they were read. */
export interface ReadTexts {
  /** Calibrated probabilities, in the order of the labels. */
  readonly scores: Scores;
  /** In how many windows each text was read. */
  readonly windows: readonly number[];
}

/** Classifies texts with a model of `exportModel`. Whoever loads it disposes it. */
export class TextClassifier {
  private constructor(
    private readonly manifest: ModelManifest,
    private readonly tokenizer: Tokenizer,
    private readonly opened: OpenedSession,
  ) {}

  /**
   * @param file which weights; those in 32 bits by default
   * @param threads of one operator on the CPU
   * @throws AppError that says in one sentence what is wrong with the folder
   */
  static async load(
    dir: string,
    device: Device,
    file: keyof typeof modelFiles = 'fp32',
    threads?: number,
  ): Promise<TextClassifier> {
    const manifest = await readManifest(dir);
    const tokenizer = await Tokenizer.load(dir);
    const path = join(dir, modelFiles[file]);
    await requireFile(path, dir, modelFiles[file]);
    const session = await openSession(path, device, threads === undefined ? {} : { threads });
    const classifier = new TextClassifier(manifest, tokenizer, session);
    try {
      await classifier.check(path);
    } catch (error) {
      await classifier.dispose();
      throw error;
    }
    return classifier;
  }

  /** In the order of the scores. */
  get labels(): readonly string[] {
    return this.manifest.labels;
  }

  get device(): SessionDevice {
    return this.opened.device;
  }

  /** Devices that were asked for and do not work here. */
  get skipped(): readonly SkippedDevice[] {
    return this.opened.skipped;
  }

  /** @throws CancelledError */
  async classify(texts: readonly string[], signal?: AbortSignal): Promise<Prediction[]> {
    const { scores, windows } = await this.read(texts, signal);
    const { classes, data } = scores;
    return windows.map((count, row) =>
      predictionOf(data.subarray(row * classes, (row + 1) * classes), this.manifest, count),
    );
  }

  /** Calibrated probabilities [texts, labels]. @throws CancelledError */
  async probabilities(texts: readonly string[], signal?: AbortSignal): Promise<Scores> {
    return (await this.read(texts, signal)).scores;
  }

  /**
   * A text's probabilities are the weighted mean over its windows. The temperature was fitted to windows, so each window's
   * probabilities are calibrated by themselves, and their mean is a mixture of them: one window that is
   * sure cannot outvote many, as it can where logits are added up.
   * @throws CancelledError
   */
  async read(texts: readonly string[], signal?: AbortSignal): Promise<ReadTexts> {
    const classes = this.labels.length;
    const data = new Float32Array(texts.length * classes);
    const windows = new Array<number>(texts.length).fill(0);
    const breathe = breather(signal);
    let held: WeightedWindow[] = [];
    let tokens = 0;
    const flush = async (): Promise<void> => {
      const windowsHeld = held.map(({ window }) => window);
      for (const { batch, feeds } of readingBatches(windowsHeld, this.tokenizer.padId)) {
        await breathe();
        const probabilities = await this.run(feeds);
        batch.forEach((i, row) => {
          const { text = 0, weight = 0 } = held[i] ?? {};
          for (let c = 0; c < classes; c++) {
            const share = weight * (probabilities.data[row * classes + c] ?? 0);
            data[text * classes + c] = (data[text * classes + c] ?? 0) + share;
          }
        });
      }
      held = [];
      tokens = 0;
    };
    for (const [text, content] of texts.entries()) {
      await breathe();
      const own = this.tokenizer.windows(content, this.manifest.windowTokens);
      windows[text] = own.length;
      for (const item of weightedWindows(own, text)) {
        held.push(item);
        tokens += item.window.length;
        if (tokens >= heldTokens) await flush();
      }
    }
    await flush();
    return { scores: { classes, data }, windows };
  }

  async dispose(): Promise<void> {
    await this.opened.session.dispose();
  }

  private async run(feeds: TokenFeeds): Promise<Scores> {
    const { logits } = await this.opened.session.run(feeds, ['logits']);
    return softmaxRows({ classes: logits?.shape[1] ?? 0, data: floats(logits) });
  }

  /** That the graph is a classifier of these labels: a folder may have been put together by hand. */
  private async check(path: string): Promise<void> {
    const { session } = this.opened;
    const fits =
      session.inputNames.length === 2 &&
      ['input_ids', 'attention_mask'].every((name) => session.inputNames.includes(name)) &&
      session.outputNames.includes('logits');
    const empty = (): Window[] => this.tokenizer.windows('', this.manifest.windowTokens);
    const classes = fits ? (await this.run(tokenFeeds(empty(), this.tokenizer.padId))).classes : 0;
    if (classes === this.labels.length) return;
    const what = fits
      ? `gives ${classes} scores for ${this.labels.length} labels`
      : 'is not a text classifier';
    throw new AppError('model/broken', `${path} ${what}; train the model again.`);
  }
}

async function requireFile(path: string, dir: string, name: string): Promise<void> {
  try {
    await access(path);
  } catch (error) {
    throw new AppError('model/missing-file', `${dir} has no ${name}; train the model again.`, {
      cause: error,
    });
  }
}
