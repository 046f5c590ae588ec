/** Looks through a workspace for texts whose answers are not known: files that have not changed are not even read. */
import { commitsPath } from '../../sources/commits';
import { isNoText } from '../../sources/encoding';
import type { SourceItem, SourceProblem, SourceText } from '../../sources/source';
import { streamFiles, streamSource } from '../../sources/sources';
import { CancelledError } from '../../protocol/appError';
import { excerptOf, hashOf, placeName } from '../labelEntry';
import { answerIn, type PredictedText, type StoredPrediction } from '../predictionLine';
import { mostPredictions, type NewPrediction, type PredictionStore } from '../predictions';
import { readingsOf, scopeOf, type Reading } from './readings';
import type { ScanBatch, ScanEnd, ScanParams, ScannedText } from './scanApi';

/** A piece is as much as the engine reads in a second or two. */
const textsOfAPiece = 128;
const charactersOfAPiece = 256 * 1024;
const knownOfAPiece = 500;
/** Files that are known as read together. */
const filesOfASlice = 64;
const toldProblems = 100;

/** @throws AppError('sources/...'), CancelledError */
export async function* scan(
  params: ScanParams,
  store: PredictionStore,
  signal: AbortSignal,
): AsyncGenerator<ScanBatch | ScanEnd> {
  const { readings, tables } = await readingsOf(params, store.files.keys(), signal);
  const work = new Scan(params, store, signal);
  yield* work.files(readings);
  yield* work.commits();
  yield work.end(readings, tables);
}

class Scan {
  private readonly byHash = new Map<string, StoredPrediction>();
  /** Places of texts that were read. */
  private readonly seen = new Set<string>();
  /** Paths whose answers stay as they are: nothing has changed, or they cannot be read now. */
  private readonly left = new Set<string>();
  private readonly problems: SourceProblem[] = [];
  private problemCount = 0;
  private texts: ScannedText[] = [];
  private known: NewPrediction[] = [];
  private characters = 0;
  /** Bytes of changed files. */
  private behind = 0;
  private all = 0;

  constructor(
    private readonly params: ScanParams,
    private readonly store: PredictionStore,
    private readonly signal: AbortSignal,
  ) {
    for (const one of store.all()) if (one.model === params.model) this.byHash.set(one.hash, one);
  }

  async *files(readings: readonly Reading[]): AsyncGenerator<ScanBatch> {
    const changed = this.changedOf(readings);
    this.all = changed.reduce((sum, { size }) => sum + size, 0);
    for (let at = 0; at < changed.length;) {
      const { source } = changed[at] as Reading;
      const some = changed.slice(at, at + filesOfASlice);
      const end = some.findIndex((one) => one.source !== source);
      const slice = end === -1 ? some : some.slice(0, end);
      at += slice.length;
      yield* this.slice(slice);
    }
  }

  /** They have no file whose date would say that nothing has changed. */
  async *commits(): AsyncGenerator<ScanBatch> {
    const { root, classifier, folder, files } = this.params;
    const source = classifier.sources.find(({ kind }) => kind === 'commits');
    if (!source || folder !== undefined) return;
    if (files && !files.includes(commitsPath)) return void this.left.add(commitsPath);
    yield* this.read(streamSource(root, source, this.signal));
    yield* this.rest({}, 1);
  }

  end(readings: readonly Reading[], tables: readonly string[]): ScanEnd {
    const { folder, files } = this.params;
    const isInScope = scopeOf(folder, files);
    const keys = new Set(readings.map(({ key }) => key));
    const gone: Pick<PredictedText, 'path' | 'part'>[] = [];
    let texts = this.seen.size;
    for (const one of this.store.all()) {
      if (!isInScope(one.path) || this.seen.has(placeName(one))) continue;
      if (this.left.has(one.path)) texts += 1;
      else gone.push({ path: one.path, ...(one.part !== undefined && { part: one.part }) });
    }
    const unread = [...this.store.files.keys()].filter((key) => !keys.has(key) && isInScope(pathOf(key)));
    const { problems, problemCount } = this;
    return { texts, gone, unread, problems, problemCount, tables };
  }

  /** A file that was read in other ways before, or in more, is read again: what of its texts is left is not known. */
  private changedOf(readings: readonly Reading[]): Reading[] {
    const ways = countBy(readings.map(({ path }) => path));
    const waysBefore = countBy([...this.store.files.keys()].map(pathOf));
    const isSame = ({ path, key, mark }: Reading): boolean =>
      this.store.files.get(key) === mark && ways.get(path) === waysBefore.get(path);
    const changed = new Set(readings.filter((one) => !isSame(one)).map(({ path }) => path));
    for (const { path } of readings) if (!changed.has(path)) this.left.add(path);
    return readings.filter(({ path }) => changed.has(path));
  }

  private async *slice(readings: readonly Reading[]): AsyncGenerator<ScanBatch> {
    const [first] = readings;
    if (!first) return;
    const bytes = readings.reduce((sum, { size }) => sum + size, 0);
    const paths = readings.map(({ path }) => path);
    yield* this.read(streamFiles(this.params.root, first.source, paths, this.signal), bytes);
    this.behind += bytes;
    const whole = readings.filter(({ path }) => !this.left.has(path));
    const read = Object.fromEntries(whole.map(({ key, mark }) => [key, mark]));
    yield* this.rest(read, this.behind / Math.max(1, this.all));
  }

  /** @param bytes of all files that the items are of */
  private async *read(items: AsyncIterable<SourceItem>, bytes = 0): AsyncGenerator<ScanBatch> {
    let characters = 0;
    for await (const item of items) {
      CancelledError.throwIf(this.signal);
      if (!('text' in item)) {
        this.problem(item);
        continue;
      }
      characters += item.text.length;
      this.text(item);
      const isPiece =
        this.texts.length >= textsOfAPiece ||
        this.characters >= charactersOfAPiece ||
        this.known.length >= knownOfAPiece;
      if (!isPiece) continue;
      yield* this.rest({}, (this.behind + Math.min(characters, bytes)) / Math.max(1, this.all));
    }
  }

  /** What waits becomes a piece. */
  private *rest(read: Readonly<Record<string, string>>, fraction: number): Generator<ScanBatch> {
    const { texts, known } = this;
    if (texts.length + known.length + Object.keys(read).length === 0) return;
    [this.texts, this.known, this.characters] = [[], [], 0];
    yield { texts, known, read, fraction };
  }

  private problem(item: SourceProblem): void {
    // Without git, or with more commits than are read, nothing is known of what was answered.
    if (item.mayPass || item.path === commitsPath) this.left.add(item.path);
    // A folder has pictures and programs too: nobody asked for those.
    if (item.isEmpty || item.reason === isNoText) return;
    this.problemCount += 1;
    if (this.problems.length < toldProblems) this.problems.push(item);
  }

  private text({ path, part, line, text }: SourceText): void {
    if (this.seen.size >= mostPredictions) {
      const reason = `texts from here on are left out: ${mostPredictions.toLocaleString('en')} are as many as fit; give a narrower pattern`;
      return this.problem({ path, reason });
    }
    const place = { path, ...(part !== undefined && { part }), ...(line !== undefined && { line }) };
    const is: PredictedText = { ...place, hash: hashOf(text), excerpt: excerptOf(text) };
    this.seen.add(placeName(is));
    const same = this.byHash.get(is.hash);
    if (!same) {
      this.texts.push({ ...is, text });
      this.characters += text.length;
      return;
    }
    const before = this.store.of(is);
    if (before?.hash === is.hash && before.model === this.params.model && before.line === line) return;
    this.known.push({ ...is, ...answerIn(same), model: same.model });
  }
}

function countBy(paths: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(path, (counts.get(path) ?? 0) + 1);
  return counts;
}

/** Of a reading's key. */
function pathOf(key: string): string {
  return key.slice(key.indexOf(' ') + 1);
}
