/** Which texts there are, without their contents; read from the disk when somebody asks, then kept. */
import * as vscode from 'vscode';
import type { Classifier } from '../../project/classifier';
import { readCorpus } from '../../project/corpus';
import type { CorpusText } from '../../project/corpus';
import { isPassage, placeName } from '../../project/labelEntry';
import type { LabelJournal } from '../../project/labelJournal';
import { watchedBy } from '../../sources/sources';
import { Disposable } from '../disposable';
import { Debounced } from '../signals';

/** A text's identity and label. Passages have a `range`; their document or part is a text of its own. */
export type IndexedText = Pick<CorpusText, 'id' | 'path' | 'part' | 'range' | 'hash' | 'label'>;

const settleMs = 300;

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
  /** The newest that was read; undefined until somebody asked. */
  newest: readonly IndexedText[] | undefined;

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
    if (this.isRelabelled) this.relabel();
    this.reading ??= this.readNow().catch((error: unknown) => {
      this.reading = undefined;
      throw error;
    });
    return this.reading;
  }

  /** Reads anew at the next call, and looks where the sources now are. */
  refresh(): void {
    this.watch();
    this.forget();
  }

  private async readNow(): Promise<readonly IndexedText[]> {
    const { texts } = await readCorpus(
      this.folder.uri.fsPath,
      this.classifier(),
      this.journal,
      this.cancellation.signal,
    );
    this.newest = texts.map(({ id, path, part, range, hash, label }) => ({
      id,
      path,
      hash,
      ...(part !== undefined && { part }),
      ...(range && { range }),
      ...(label !== undefined && { label }),
    }));
    return this.newest;
  }

  /** A label changes no file: what was read is kept, and only what is said about it is asked anew. */
  private relabel(): void {
    this.isRelabelled = false;
    const { newest, journal } = this;
    if (newest === undefined) return;
    const documents = newest.filter(({ range }) => range === undefined);
    const known = new Set(documents.map(({ path }) => path));
    if (journal.state.labelledPaths().some((path) => !known.has(path))) {
      this.reading = undefined;
      return;
    }
    const passages = journal.state.labelledPassages().flatMap(({ text, label }): IndexedText[] => {
      if (!isPassage(text)) return [];
      const { path, part, hash, start, end } = text;
      const place = { id: `${placeName(text)}#${start}-${end}`, path, ...(part !== undefined && { part }) };
      return [{ ...place, hash, range: { start, end }, label }];
    });
    this.newest = [...documents.map((text) => this.labelled(text)), ...passages];
    this.reading = Promise.resolve(this.newest);
  }

  private labelled({ id, path, part, hash }: IndexedText): IndexedText {
    const found = this.journal.state.documentLabel(path, hash, part);
    return { id, path, hash, ...(part !== undefined && { part }), ...(found && { label: found.label }) };
  }

  private forget(): void {
    this.reading = undefined;
    this.changed.fire();
  }

  private watch(): void {
    this.watchers?.dispose();
    const ask = (): void => this.settled.ask();
    const watchers = this.classifier().sources.map((source) => {
      const glob = watchedBy(source);
      const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(this.folder, glob));
      const listeners = [watcher.onDidCreate(ask), watcher.onDidChange(ask), watcher.onDidDelete(ask)];
      return vscode.Disposable.from(watcher, ...listeners);
    });
    this.watchers = vscode.Disposable.from(...watchers);
  }
}
