/** Which texts there are, without their contents; read from the disk when somebody asks, then kept. */
import * as vscode from 'vscode';
import type { Classifier } from '../../project/classifier';
import { projectFolder } from '../../project/classifierFolder';
import { Breaths } from '../../project/breaths';
import { readCorpus } from '../../project/corpus';
import type { Corpus, CorpusText } from '../../project/corpus';
import { isPassage, placeName } from '../../project/labelEntry';
import type { LabelJournal } from '../../project/labelJournal';
import { watchedBy } from '../../sources/sources';
import { Disposable } from '../disposable';
import { Debounced } from '../signals';

/** A text's identity and label. Passages have a `range`; their document or part is a text of its own. */
export type IndexedText = Pick<CorpusText, 'id' | 'path' | 'part' | 'line' | 'range' | 'hash' | 'label'>;

const settleMs = 300;
/** Texts whose beginnings are kept, for an idea of how long texts are. */
const sampled = 128;
const sampledLength = 4000;

export class TextIndex extends Disposable {
  private reading: Promise<readonly IndexedText[]> | undefined;
  private readonly cancellation = new AbortController();
  private readonly changed = this.own(new vscode.EventEmitter<void>());
  private readonly settled = this.own(new Debounced(() => this.forget(), settleMs));
  /** Labels have come since; they are looked at when somebody asks, not with each key of a person who labels. */
  private isRelabelled = false;
  private watchers: vscode.Disposable | undefined;
  /** Fires when files came, went or changed: what was read is no longer what is there. */
  readonly onDidChange = this.changed.event;
  /** Some texts, at even distances, each cut where it is long. */
  sample: readonly string[] = [];
  /** Which texts are left out, when there are more than fit into memory. */
  leftOut: string | undefined;
  private corpus: Promise<Corpus> | undefined;

  constructor(
    private readonly folder: vscode.WorkspaceFolder,
    private readonly classifier: () => Classifier,
    private readonly journal: LabelJournal,
  ) {
    super();
    this.watch();
    this.own(journal.onDidChange(() => (this.isRelabelled = true)));
    this.own({ dispose: () => (this.cancellation.abort(), this.watchers?.dispose()) });
  }

  /** @throws CancelledError when the project is closed meanwhile */
  read(): Promise<readonly IndexedText[]> {
    const { reading } = this;
    if (reading === undefined) return this.keep(this.readNow());
    if (!this.isRelabelled) return reading;
    this.isRelabelled = false;
    return this.keep(reading.then((texts) => this.relabelled(texts)));
  }

  private keep(reading: Promise<readonly IndexedText[]>): Promise<readonly IndexedText[]> {
    this.reading = reading;
    reading.catch(() => {
      if (this.reading === reading) this.reading = undefined;
    });
    return reading;
  }

  /** Reads anew at the next call, and looks where the sources now are. */
  refresh(): void {
    this.watch();
    this.forget();
  }

  /** The texts with their contents, which are not kept: who asks while they are read gets the same ones. */
  readCorpus(): Promise<Corpus> {
    if (this.corpus) return this.corpus;
    const { signal } = this.cancellation;
    const corpus = readCorpus(this.folder.uri.fsPath, this.classifier(), this.journal, signal);
    const end = ({ leftOut }: Partial<Corpus>): void => {
      this.leftOut = leftOut;
      if (this.corpus === corpus) this.corpus = undefined;
    };
    corpus.then(end, () => end({}));
    this.corpus = corpus;
    return corpus;
  }

  private async readNow(): Promise<readonly IndexedText[]> {
    this.isRelabelled = false;
    const { texts } = await this.readCorpus();
    const stride = Math.max(1, Math.floor(texts.length / sampled));
    this.sample = texts
      .filter((_, at) => at % stride === 0)
      .slice(0, sampled)
      .map(({ text }) => text.slice(0, sampledLength));
    return texts.map((text) => indexed(text, text.label, text.range));
  }

  /** A label changes no file: what was read is kept, and only what is said about it is asked anew. */
  private async relabelled(texts: readonly IndexedText[]): Promise<readonly IndexedText[]> {
    const { state } = this.journal;
    const documents = texts.filter(({ range }) => range === undefined);
    const known = new Set(documents.map(({ path }) => path));
    if (state.labelledPaths().some((path) => !known.has(path))) return this.readNow();
    const breaths = new Breaths(this.cancellation.signal);
    const relabelled: IndexedText[] = [];
    for (const text of documents) {
      const label = state.documentLabel(text.path, text.hash, text.part)?.label;
      relabelled.push(text.label === label ? text : indexed(text, label));
      await breaths.breathe();
    }
    for (const { text, label } of state.labelledPassages()) {
      if (!isPassage(text)) continue;
      const { path, part, hash, start, end } = text;
      const place = { id: `${placeName(text)}#${start}-${end}`, path, ...(part !== undefined && { part }) };
      relabelled.push({ ...place, hash, range: { start, end }, label });
    }
    return relabelled;
  }

  private forget(): void {
    this.reading = undefined;
    this.corpus = undefined;
    this.changed.fire();
  }

  private watch(): void {
    this.watchers?.dispose();
    // A pattern may find what is written here of results and trainings; no source reads it.
    const ask = ({ path }: vscode.Uri): void => {
      if (!path.includes(`/${projectFolder}/`)) this.settled.ask();
    };
    const watchers = this.classifier().sources.map((source) => {
      const glob = watchedBy(source);
      const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(this.folder, glob));
      const listeners = [watcher.onDidCreate(ask), watcher.onDidChange(ask), watcher.onDidDelete(ask)];
      return vscode.Disposable.from(watcher, ...listeners);
    });
    this.watchers = vscode.Disposable.from(...watchers);
  }
}

function indexed(
  { id, path, part, line, hash }: IndexedText,
  label: string | undefined,
  range?: IndexedText['range'],
): IndexedText {
  return {
    ...{ id, path, hash },
    ...(part !== undefined && { part }),
    ...(line !== undefined && { line }),
    ...(range && { range }),
    ...(label !== undefined && { label }),
  };
}
