/**
 * What a classifier's model said of the texts of the workspace: `.nanonet/<name>/results/predictions.jsonl`. It can all be computed
 * again, so it is not in git, and a broken line costs one answer.
 */
import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { textLines } from '../sources/textLines';
import { AppError, messageOf } from '../protocol/appError';
import { Breaths } from './breaths';
import { ChangeEvent, type Disposable } from './changeEvent';
import { classifierDir } from './classifierFolder';
import { writeAtomically } from './durable';
import { markOf } from './journalFile';
import { placeName } from './labelEntry';
import {
  answerIn,
  parsePredictionLine,
  type Answer,
  type Pass,
  type PredictedText,
  type PredictionLine,
  type StoredPrediction,
} from './predictionLine';

/** As many texts as a corpus has at most. */
export const mostPredictions = 1_000_000;
const longestLine = 4 * 1024 * 1024;
/** The file is written anew when it has more lines that no longer count than lines that do, and at least so many. */
const mostDead = 5000;
const linesOfAPiece = 500;

/** A text, and what the model has just said of it. */
export type NewPrediction = PredictedText & Answer & { readonly model: string };

/** Changes queue: call without waiting. */
export class PredictionStore {
  private byPlace = new Map<string, StoredPrediction>();
  private marks = new Map<string, string>();
  private last: Pass | undefined;
  private lines = 0;
  /** Of the file as it is known here. */
  private mark = '';
  private queue: Promise<unknown> = Promise.resolve();
  private readonly changed = new ChangeEvent();

  private constructor(readonly file: string) {}

  /**
   * No file is a store without predictions.
   *
   * @param root the workspace folder
   * @throws AppError('results/not-read') when the file is there and cannot be read; CancelledError
   */
  static async open(root: string, classifier: string, signal?: AbortSignal): Promise<PredictionStore> {
    const store = new PredictionStore(join(resultsDir(root, classifier), 'predictions.jsonl'));
    await store.read(signal);
    return store;
  }

  /** After every change, also one of another process that `reload` found. */
  onDidChange(listener: () => void): Disposable {
    return this.changed.on(listener);
  }

  get size(): number {
    return this.byPlace.size;
  }

  /** The pass that is under way, was interrupted, or was the last one. */
  get pass(): Pass | undefined {
    return this.last;
  }

  all(): IterableIterator<StoredPrediction> {
    return this.byPlace.values();
  }

  of(place: Pick<PredictedText, 'path' | 'part'>): StoredPrediction | undefined {
    return this.byPlace.get(placeName(place));
  }

  /** The files that are read, each named as who reads them does, and what it looked like then. */
  get files(): ReadonlyMap<string, string> {
    return this.marks;
  }

  /** Whether the answer is another one than before the last pass. */
  isChanged({ was }: StoredPrediction): boolean {
    return was !== undefined && was.pass === this.last?.pass;
  }

  /** Begins a pass, or goes on with one of this model that was interrupted. @throws AppError('results/not-saved') */
  begin(model: string): Promise<void> {
    return this.queued(async () => {
      if (this.last && this.last.ended === undefined && this.last.model === model) return;
      await this.append([{ pass: (this.last?.pass ?? 0) + 1, model }]);
    });
  }

  /** All texts are answered. @throws AppError('results/not-saved') */
  end(): Promise<void> {
    return this.queued(async () => {
      if (this.last && this.last.ended === undefined) await this.append([{ ...this.last, ended: true }]);
    });
  }

  /**
   * @param read files whose texts are all answered with these, and a mark that is another one when a file has changed
   * @throws AppError('results/not-saved'), and then nothing of it is known here either
   */
  put(predictions: readonly NewPrediction[], read: Readonly<Record<string, string>> = {}): Promise<void> {
    return this.queued(async () => {
      const lines: PredictionLine[] = predictions.map((prediction) => this.withPast(prediction));
      if (Object.keys(read).length > 0) lines.push({ read: { ...read } });
      if (lines.length > 0) await this.append(lines);
    });
  }

  /**
   * Forgets texts that are no longer there.
   *
   * @param unread files that are not known as read any more
   * @throws AppError('results/not-saved')
   */
  forget(gone: Iterable<Pick<PredictedText, 'path' | 'part'>>, unread: Iterable<string> = []): Promise<void> {
    return this.queued(async () => {
      const places = [...gone].map(placeName).filter((place) => this.byPlace.has(place));
      const files = [...unread].filter((path) => this.marks.has(path));
      const lines = [
        ...[...piecesOf(places)].map((gone): PredictionLine => ({ gone, unread: [] })),
        ...[...piecesOf(files)].map((unread): PredictionLine => ({ gone: [], unread })),
      ];
      if (lines.length > 0) await this.append(lines);
    });
  }

  /** Takes in what another process has written. Resolves to whether there was anything. */
  reload(): Promise<boolean> {
    return this.queued(async () => {
      if ((await markOf(this.file)) === this.mark) return false;
      await this.read();
      this.changed.fire();
      return true;
    });
  }

  /** The answer before this pass stays, unless the new one is the same again. */
  private withPast(prediction: NewPrediction): StoredPrediction {
    const before = this.byPlace.get(placeName(prediction));
    const pass = this.last?.pass ?? 1;
    // Another row that has moved up is not another answer.
    if (!before || (before.part !== undefined && before.hash !== prediction.hash)) return prediction;
    const was = before.was?.pass === pass ? before.was : { ...answerIn(before), model: before.model, pass };
    return isSameAnswer(was, prediction) ? prediction : { ...prediction, was };
  }

  private queued<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work);
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async append(lines: readonly PredictionLine[]): Promise<void> {
    try {
      await mkdir(dirname(this.file), { recursive: true });
      if (this.mark === '') await writeFile(join(dirname(this.file), '.gitignore'), '*\n');
      // Another window may have written meanwhile, and put another file in this one's place.
      const isAlone = (await markOf(this.file)) === this.mark;
      const handle = await open(this.file, 'a');
      try {
        // A torn line stays what it is, and the new ones begin afresh.
        await handle.writeFile(`\n${lines.map(lineOf).join('')}`);
      } finally {
        await handle.close();
      }
      if (isAlone) {
        for (const line of lines) this.take(line);
        this.mark = await markOf(this.file);
      } else await this.read();
    } catch (error) {
      throw new AppError(
        'results/not-saved',
        `${this.file} cannot be written (${messageOf(error)}); free space, or allow it.`,
        { cause: error },
      );
    }
    await this.tidy();
    this.changed.fire();
  }

  private async read(signal?: AbortSignal): Promise<void> {
    // Whoever looks meanwhile sees what was known before.
    const fresh = new PredictionStore(this.file);
    try {
      fresh.mark = await markOf(this.file);
      if (fresh.mark !== '') await fresh.readLines(signal);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      throw new AppError(
        'results/not-read',
        `The results in ${this.file} cannot be read (${messageOf(error)}); check the file's permissions, or delete it.`,
        { cause: error },
      );
    }
    const { byPlace, marks, last, lines, mark } = fresh;
    Object.assign(this, { byPlace, marks, last, lines, mark });
  }

  private async readLines(signal?: AbortSignal): Promise<void> {
    const breaths = new Breaths(signal);
    const handle = await open(this.file, 'r');
    try {
      const pieces = handle.createReadStream({ encoding: 'utf8', autoClose: false });
      for await (const { text } of textLines(pieces as AsyncIterable<string>, longestLine)) {
        const line = text === undefined || text === '' ? undefined : parsePredictionLine(text);
        if (line) this.take(line);
        await breaths.breathe();
      }
    } finally {
      await handle.close();
    }
  }

  private take(line: PredictionLine): void {
    this.lines += 1;
    if ('path' in line) {
      const place = placeName(line);
      if (this.byPlace.size < mostPredictions || this.byPlace.has(place)) this.byPlace.set(place, line);
    } else if ('read' in line) {
      for (const [path, mark] of Object.entries(line.read)) this.marks.set(path, mark);
    } else if ('gone' in line) {
      for (const place of line.gone) this.byPlace.delete(place);
      for (const path of line.unread) this.marks.delete(path);
    } else this.last = line as Pass;
  }

  private async tidy(): Promise<void> {
    if (this.lines < mostDead || this.lines < 2 * this.byPlace.size + this.marks.size) return;
    await writeAtomically(this.file, this.liveLines());
    this.mark = await markOf(this.file);
    this.lines = this.byPlace.size;
  }

  private *liveLines(): Iterable<Uint8Array> {
    const bytes = (lines: readonly PredictionLine[]): Buffer => Buffer.from(lines.map(lineOf).join(''));
    if (this.last) yield bytes([this.last]);
    for (const some of piecesOf(this.byPlace.values())) yield bytes(some);
    for (const some of piecesOf(this.marks)) yield bytes([{ read: Object.fromEntries(some) }]);
  }
}

/** `.nanonet/<name>/results`. */
export function resultsDir(root: string, classifier: string): string {
  return join(classifierDir(root, classifier), 'results');
}

function lineOf(line: PredictionLine): string {
  return `${JSON.stringify(line)}\n`;
}

function* piecesOf<T>(items: Iterable<T>): Generator<T[]> {
  let piece: T[] = [];
  for (const item of items) {
    if (piece.push(item) < linesOfAPiece) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

/** Whether two answers mean the same to a person; scores move a little with each model. */
function isSameAnswer(a: Answer, b: Answer): boolean {
  return a.label === b.label && a.abstained === b.abstained && a.none === b.none;
}
