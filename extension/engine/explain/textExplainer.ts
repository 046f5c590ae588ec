/**
 * Which words of a text decided: integrated gradients (Sundararajan et al. 2017) from the text with every piece masked to the
 * text as it is.
 */
import { AppError, CancelledError } from '../../protocol/appError';
import type { Explanation, TextRange } from '../../protocol/engineApi';
import { breather } from '../deploy/breather';
import { readStudent, type ReadStudent } from '../deploy/readStudent';
import { textWords, type TextWord } from '../encoders/textWords';
import { tokenFeeds, type Window } from '../encoders/tokenBatches';
import { windowWeights } from '../encoders/windowWeights';
import { windowStarts } from '../encoders/windows';
import { StudentGradient } from './studentGradient';

/** Places on the way from the masked text to the text, where the gradient is taken (midpoint rule). */
const steps = 8;
/** Tokens of all these places that are computed at once. */
const tokensAtOnce = 1024;
/** Windows of a long text whose words are weighed: those that speak most for the label. */
const mostWeighed = 16;

export interface ExplainOptions {
  readonly label?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export class TextExplainer {
  private constructor(
    private readonly student: ReadStudent,
    private readonly gradient: StudentGradient,
  ) {}

  /** @param dir a trained model's folder @throws AppError that says what is wrong with it */
  static async load(dir: string): Promise<TextExplainer> {
    const student = await readStudent(dir);
    return new TextExplainer(student, await StudentGradient.create(student));
  }

  /** @throws AppError('explain/unknown-label'); CancelledError */
  async explain(text: string, { label, signal }: ExplainOptions = {}): Promise<Explanation> {
    const { tokenizer, manifest } = this.student;
    const pause = breather(signal);
    const ids = tokenizer.encode(text);
    const room = manifest.windowTokens - tokenizer.specialTokenCount;
    const starts = windowStarts(ids.length, room);
    const windows = starts.map((start) => tokenizer.window(ids.slice(start, start + room)));
    const scores = await this.scores(windows, pause);
    const counts = windowWeights(windows.length);
    const wanted = label === undefined ? mostLikely(scores, counts) : manifest.labels.indexOf(label);
    const name = manifest.labels[wanted];
    if (name === undefined) {
      throw new AppError(
        'explain/unknown-label',
        `The model does not know the label "${label}"; it knows ${manifest.labels.join(', ')}.`,
      );
    }
    const own = scores.map((row) => row[wanted] as number);
    const parts = own.map((score, w) => score * (counts[w] as number));
    const sum = parts.reduce((a, b) => a + b, 0);

    // The text's score is the weighted mean of the windows': each has its share in the change of the mean's logarithm.
    const weights = new Float64Array(ids.length);
    const order = [...parts.keys()].sort((a, b) => (parts[b] as number) - (parts[a] as number) || a - b);
    for (const w of order.slice(0, mostWeighed)) {
      const pieces = await this.weightsOf(windows[w] as Window, wanted, signal);
      const share = (parts[w] as number) / sum;
      pieces.forEach((weight, i) => {
        const at = (starts[w] as number) + i;
        weights[at] = (weights[at] as number) + share * weight;
      });
    }
    const words = await textWords(tokenizer, text, pause);
    const ranges = windowRanges(words, ids.length, starts, room);
    return {
      label: name,
      score: sum,
      words: weighed(words, weights),
      windows: ranges.map((range, w) => ({ ...range, score: own[w] as number })),
      decisive: order[0] ?? 0,
    };
  }

  async dispose(): Promise<void> {
    await this.gradient.dispose();
  }

  /** Probabilities of the labels in each window. */
  private async scores(windows: readonly Window[], pause: () => Promise<void>): Promise<Float32Array[]> {
    const scores: Float32Array[] = [];
    for (const window of windows) {
      await pause();
      const logs = await this.gradient.scores(this.embedded(window), rowFeeds(1, window.length));
      scores.push(logs.map(Math.exp));
    }
    return scores;
  }

  /** What each piece of a window, special tokens left out, adds to the logarithm of the label's probability. */
  private async weightsOf(
    window: Window,
    label: number,
    signal: AbortSignal | undefined,
  ): Promise<Float64Array> {
    const { tokenizer, encoder } = this.student;
    const { hiddenSize } = encoder;
    const from = tokenizer.prefixCount;
    const count = window.length - tokenizer.specialTokenCount;
    const own = this.embedded(window);
    const masked = this.embedded(
      window.map((id, i) => (i < from || i >= from + count ? id : (tokenizer.maskId ?? tokenizer.padId))),
    );
    const weights = new Float64Array(count);
    const atOnce = Math.max(1, Math.floor(tokensAtOnce / window.length));
    for (let first = 0; first < steps; first += atOnce) {
      CancelledError.throwIf(signal);
      await new Promise(setImmediate);
      const some = Math.min(atOnce, steps - first);
      const pieces = new Float32Array(some * own.length);
      for (let s = 0; s < some; s++) {
        const share = (first + s + 0.5) / steps;
        for (let i = 0; i < own.length; i++) {
          const start = masked[i] as number;
          pieces[s * own.length + i] = start + share * ((own[i] as number) - start);
        }
      }
      const { byPieces } = await this.gradient.of(pieces, rowFeeds(some, window.length), label);
      byPieces.forEach((slope, i) => {
        const at = i % own.length;
        const token = Math.floor(at / hiddenSize) - from;
        if (token < 0 || token >= count) return;
        const change = (own[at] as number) - (masked[at] as number);
        weights[token] = (weights[token] as number) + (slope * change) / steps;
      });
    }
    return weights;
  }

  /** Embeddings of the pieces: [tokens, hidden]. */
  private embedded(window: Window): Float32Array {
    const { encoder, constants } = this.student;
    const { hiddenSize, family } = encoder;
    const table = constants.get(family.pieceWeight)?.data as Float32Array;
    const rows = new Float32Array(window.length * hiddenSize);
    window.forEach((id, i) =>
      rows.set(table.subarray(id * hiddenSize, (id + 1) * hiddenSize), i * hiddenSize),
    );
    return rows;
  }
}

/** Feeds of `batch` windows of one length, each with rows of its own. */
function rowFeeds(batch: number, tokens: number): ReturnType<typeof tokenFeeds> {
  const windows = Array.from({ length: batch }, (_, b) =>
    Array.from({ length: tokens }, (__, i) => b * tokens + i),
  );
  return tokenFeeds(windows, 0);
}

/** The label with the highest weighted mean over the windows. */
function mostLikely(scores: readonly Float32Array[], counts: readonly number[]): number {
  const means = [...(scores[0] ?? [])].map((_, c) =>
    scores.reduce((sum, row, w) => sum + (counts[w] as number) * (row[c] as number), 0),
  );
  return means.indexOf(Math.max(...means));
}

function weighed(words: readonly TextWord[], weights: Float64Array): Explanation['words'] {
  let at = 0;
  return words.flatMap(({ start, end, tokens }) => {
    const weight = weights.subarray(at, at + tokens).reduce((a, b) => a + b, 0);
    at += tokens;
    return start < end ? [{ start, end, weight }] : [];
  });
}

/** Where in the text each window of `room` tokens begins and ends. */
function windowRanges(
  words: readonly TextWord[],
  length: number,
  starts: readonly number[],
  room: number,
): TextRange[] {
  const wordOf = words.flatMap(({ tokens }, word) => new Array<number>(tokens).fill(word));
  return starts.map((first) => ({
    start: words[wordOf[first] ?? 0]?.start ?? 0,
    end: words[wordOf[Math.min(first + room, length) - 1] ?? 0]?.end ?? 0,
  }));
}
