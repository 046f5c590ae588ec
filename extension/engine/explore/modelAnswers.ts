import type { TextClassifier } from '../deploy/textClassifier';
import type { Beliefs } from './chooseNext';
import type { KeyedText } from './readTexts';

/** Texts that a model reads before others can ask it. */
const piece = 128;

/** What a trained model says of texts, read in the background: nobody waits for it, and no text is read twice. */
export class ModelAnswers {
  private readonly known = new Map<string, Float32Array>();
  private reading = false;
  private closed = false;

  constructor(private readonly classifier: () => Promise<TextClassifier>) {}

  /**
   * Undefined as long as the model has not read all of them.
   * @param onFailure hears why it cannot
   */
  async of(texts: readonly KeyedText[], onFailure: (error: unknown) => void): Promise<Beliefs | undefined> {
    const missing = texts.filter(({ key }) => !this.known.has(key));
    if (missing.length > 0) {
      if (!this.reading) void this.read(missing).catch(onFailure);
      return undefined;
    }
    const { labels } = await this.classifier();
    const data = new Float32Array(texts.length * labels.length);
    texts.forEach(({ key }, i) => data.set(this.known.get(key) as Float32Array, i * labels.length));
    return { labels, scores: { classes: labels.length, data } };
  }

  close(): void {
    this.closed = true;
  }

  private async read(texts: readonly KeyedText[]): Promise<void> {
    this.reading = true;
    try {
      for (let start = 0; start < texts.length && !this.closed; start += piece) {
        const some = texts.slice(start, start + piece);
        // Asked for anew each time: the engine may have put the model away meanwhile.
        const { classes, data } = await (await this.classifier()).probabilities(some.map(({ text }) => text));
        some.forEach(({ key }, i) => this.known.set(key, data.slice(i * classes, (i + 1) * classes)));
      }
    } finally {
      this.reading = false;
    }
  }
}
