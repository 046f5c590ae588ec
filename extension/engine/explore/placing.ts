/** Gives texts their places in the base model's space, in the background, so that no request waits for all of them. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileDigest } from '../../protocol/fileDigest';
import { loadEncoder, type Encoder } from '../encoders/encoder';
import type { Window } from '../encoders/tokenBatches';
import { Tokenizer } from '../encoders/tokenizer';
import { embedWindows } from '../learn/embedding';
import { defaultRecipe } from '../learn/settings';
import type { Vectors } from '../learn/vectors';
import { waitAtMost } from './patience';
import type { KeyedText } from './readTexts';
import { VectorStore } from './vectorStore';

/** Texts of the first piece, and of the largest: each is twice the last, so that the first is there soon. */
const firstPiece = 64;
const largestPiece = 1024;
/** Windows of a text that are read: what a long text is about is said first. */
const mostWindows = 4;

export class Placing {
  private piece = firstPiece;
  private wanted: readonly KeyedText[] = [];
  private growing: Promise<void> | undefined;
  private failure: { readonly error: unknown } | undefined;
  private readonly abort = new AbortController();

  private constructor(
    private readonly encoder: Encoder,
    private readonly tokenizer: Tokenizer,
    private readonly store: VectorStore,
  ) {}

  /** @param cacheDir made when it is not there @throws AppError that says what is wrong with the base model's folder */
  static async open(cacheDir: string, base: string): Promise<Placing> {
    const encoder = await loadEncoder(base);
    const tokenizer = await Tokenizer.load(base);
    const digest = await fileDigest(join(base, 'model.safetensors'));
    await mkdir(cacheDir, { recursive: true });
    const path = join(cacheDir, `texts-${digest.slice(0, 16)}.f32`);
    return new Placing(encoder, tokenizer, await VectorStore.open(path, encoder.hiddenSize));
  }

  /**
   * Those of the texts that have a place, once all have one or the patience is at its end. The others get theirs meanwhile, the
   * first ones first.
   * @throws what placing them failed with; CancelledError
   */
  async placed(
    texts: readonly KeyedText[],
    patienceMs: number,
    signal: AbortSignal,
  ): Promise<{ texts: readonly KeyedText[]; vectors: Vectors }> {
    this.wanted = texts;
    this.growing ??= this.grow();
    await waitAtMost(patienceMs, this.growing, signal);
    const { failure } = this;
    this.failure = undefined;
    if (failure) throw failure.error;
    const there = texts.filter(({ key }) => this.store.get(key));
    const size = this.encoder.hiddenSize;
    const data = new Float32Array(there.length * size);
    there.forEach(({ key }, i) => data.set(this.store.get(key) as Float32Array, i * size));
    return { texts: there, vectors: { size, data } };
  }

  /** The place of one text, at once. */
  async placeOf(text: KeyedText, signal: AbortSignal): Promise<Vectors> {
    if (!this.store.get(text.key)) await this.place([text], signal);
    return { size: this.encoder.hiddenSize, data: this.store.get(text.key) as Float32Array };
  }

  /** What is read of each text. */
  windowsOf(texts: readonly KeyedText[]): Window[][] {
    const { windowTokens } = defaultRecipe;
    return texts.map(({ text }) => this.tokenizer.windows(text, windowTokens).slice(0, mostWindows));
  }

  /** Ends what is under way; what has its place keeps it. */
  async close(): Promise<void> {
    this.abort.abort();
    await this.growing;
    await this.store.close();
  }

  /** Ends when all that is wanted has its place, or when placing fails: the next request hears why. */
  private async grow(): Promise<void> {
    try {
      for (;;) {
        const missing = this.wanted.filter(({ key }) => !this.store.get(key)).slice(0, this.piece);
        if (missing.length === 0) return;
        await this.place(missing, this.abort.signal);
        this.piece = Math.min(largestPiece, 2 * this.piece);
      }
    } catch (error) {
      if (!this.abort.signal.aborted) this.failure = { error };
    } finally {
      this.growing = undefined;
    }
  }

  private async place(texts: readonly KeyedText[], signal: AbortSignal): Promise<void> {
    const windows = this.windowsOf(texts);
    const place = { padId: this.tokenizer.padId, device: 'cpu', eightBit: defaultRecipe.eightBit } as const;
    const vectors = await embedWindows(this.encoder, windows, place, signal);
    await this.store.add(
      texts.map(({ key }) => key),
      vectors,
    );
  }
}
