import type { TextClassifier } from '../deploy/textClassifier';
import type { Beliefs } from './chooseNext';
import { waitAtMost } from './patience';
import type { KeyedText } from './readTexts';

/** Texts that a model reads before others can ask it. */
const piece = 128;

/** What a trained model says of texts, read in the background, no text twice. */
export class ModelAnswers {
  private readonly known = new Map<string, Float32Array>();
  private reading: Promise<void> | undefined;
  private ended = false;

  /** @param onFailure hears why the model cannot read; it is not asked again */
  constructor(
    private readonly classifier: () => Promise<TextClassifier>,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Whether it reads no more. */
  get closed(): boolean {
    return this.ended;
  }

  /** Undefined when the model has not read all of them before the patience is at its end. @throws CancelledError */
  async of(
    texts: readonly KeyedText[],
    patienceMs: number,
    signal: AbortSignal,
  ): Promise<Beliefs | undefined> {
    const missing = (): KeyedText[] => texts.filter(({ key }) => !this.known.has(key));
    if (missing().length > 0 && !this.ended) {
      this.reading ??= this.read(missing());
      await waitAtMost(patienceMs, this.reading, signal);
    }
    if (missing().length > 0) return undefined;
    const { labels } = await this.classifier();
    const data = new Float32Array(texts.length * labels.length);
    texts.forEach(({ key }, i) => data.set(this.known.get(key) as Float32Array, i * labels.length));
    return { labels, scores: { classes: labels.length, data } };
  }

  close(): void {
    this.ended = true;
  }

  private async read(texts: readonly KeyedText[]): Promise<void> {
    try {
      for (let start = 0; start < texts.length && !this.ended; start += piece) {
        const some = texts.slice(start, start + piece);
        // Asked for anew each time: the engine may have put the model away meanwhile.
        const { classes, data } = await (await this.classifier()).probabilities(some.map(({ text }) => text));
        some.forEach(({ key }, i) => this.known.set(key, data.slice(i * classes, (i + 1) * classes)));
      }
    } catch (error) {
      this.close();
      this.onFailure(error);
    } finally {
      this.reading = undefined;
    }
  }
}
