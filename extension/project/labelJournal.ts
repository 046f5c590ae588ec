/** The truth about a classifier's labels: an append-only file, and what it says now. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AppError } from '../protocol/appError';
import { ChangeEvent, type Disposable } from './changeEvent';
import { classifierDir } from './classifierFolder';
import { appendEntry, markOf, readJournal, type JournalProblem } from './journalFile';
import {
  inOrder,
  isPassage,
  placeOf,
  type LabelEdit,
  type LabelEntry,
  type TextPlace,
  type TextTarget,
} from './labelEntry';
import { replay, type History } from './labelHistory';
import { LabelState } from './labelState';

/** What a journal takes from outside, so that tests and replays decide it. */
export interface JournalDeps {
  readonly clock: () => Date;
  /** Unique among all who write to the journal. */
  readonly newId: () => string;
}

const ordinaryDeps: JournalDeps = {
  clock: () => new Date(),
  newId: () => randomBytes(6).toString('base64url'),
};

/**
 * Every label, change, clear, undo and redo is one line of `.nanonet/<name>/labels.jsonl`, on the disk before
 * the promise resolves. State is derived from the lines alone, so that undo goes on after a restart, and a
 * merge of two people's journals has one meaning. Changes queue: call without waiting.
 */
export class LabelJournal {
  private entries: readonly LabelEntry[] = [];
  private broken: readonly JournalProblem[] = [];
  private mark = '';
  private history: History = { active: [], undone: [] };
  private current: LabelState | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private readonly changed = new ChangeEvent();

  private constructor(
    readonly file: string,
    private readonly deps: JournalDeps,
  ) {}

  /**
   * @param root the workspace folder
   * @throws AppError('journal/not-read')
   */
  static async open(
    root: string,
    classifier: string,
    deps: Partial<JournalDeps> = {},
  ): Promise<LabelJournal> {
    const file = join(classifierDir(root, classifier), 'labels.jsonl');
    const journal = new LabelJournal(file, { ...ordinaryDeps, ...deps });
    await journal.read();
    return journal;
  }

  /** What the labels are now. */
  get state(): LabelState {
    this.current ??= new LabelState(this.history.active);
    return this.current;
  }

  /** Lines that could not be read; everything else counts. */
  get problems(): readonly JournalProblem[] {
    return this.broken;
  }

  get canUndo(): boolean {
    return this.history.active.length > 0;
  }

  get canRedo(): boolean {
    return this.history.undone.length > 0;
  }

  /** Everything that was said about a document and its passages, undo and redo included, in order. */
  historyOf(path: string): readonly LabelEntry[] {
    return this.entries.filter((entry) => entry.text.path === path);
  }

  /** Called after every change, also one from outside that `reload` found. */
  onDidChange(listener: () => void): Disposable {
    return this.changed.on(listener);
  }

  /**
   * Labels a document or passage, whatever its label was.
   *
   * @throws AppError('journal/not-saved'), AppError('journal/empty-passage'), AppError('journal/empty-label')
   */
  label(target: TextTarget, label: string): Promise<LabelEdit> {
    return this.queued(async () => {
      if (label.trim() === '') throw new AppError('journal/empty-label', 'A label needs a name.');
      const place = checkedPlace(target);
      const replaces = this.replaced(target, place);
      const entry = { ...this.stamp(), op: 'label' as const, label, text: place, ...replaces };
      await this.append(entry);
      return entry;
    });
  }

  /** Takes the label of a document or passage away; undefined when it has none. */
  clear(target: TextTarget): Promise<LabelEdit | undefined> {
    return this.queued(async () => {
      const place = checkedPlace(target);
      const replaces = this.replaced(target, place);
      const has = isPassage(place)
        ? replaces.replaces
        : this.state.documentLabel(place.path, place.hash, place.part);
      if (has === undefined) return undefined;
      const entry = { ...this.stamp(), op: 'clear' as const, text: place, ...replaces };
      await this.append(entry);
      return entry;
    });
  }

  /** Undoes the newest edit that holds and returns it; undefined when there is none. */
  undo(): Promise<LabelEdit | undefined> {
    return this.queued(() => this.toggle('undo', this.history.active.at(-1)));
  }

  /** Brings back what was undone last and returns it; undefined when there is none. */
  redo(): Promise<LabelEdit | undefined> {
    return this.queued(() => this.toggle('redo', this.history.undone.at(-1)));
  }

  /** Takes in what others wrote (git pull, a second window). Resolves to whether there was anything. */
  reload(): Promise<boolean> {
    return this.queued(async () => {
      if ((await markOf(this.file)) === this.mark) return false;
      await this.read();
      this.changed.fire();
      return true;
    });
  }

  private async toggle(op: 'undo' | 'redo', edit: LabelEdit | undefined): Promise<LabelEdit | undefined> {
    if (!edit) return undefined;
    const said = edit.op === 'label' ? { label: edit.label } : {};
    await this.append({ ...this.stamp(), op, of: edit.id, ...said, text: edit.text });
    return edit;
  }

  /**
   * Id and time of a new entry. The time is later than that of every entry known, also when this clock is
   * behind another's, because time is what orders a merged journal.
   */
  private stamp(): { id: string; at: string } {
    const last = this.entries.at(-1);
    const now = this.deps.clock().getTime();
    const at = new Date(Math.max(now, last ? Date.parse(last.at) + 1 : 0));
    return { id: this.deps.newId(), at: at.toISOString() };
  }

  /** The passage that is labelled at this very place now, which a new entry speaks about. */
  private replaced(target: TextTarget, place: TextPlace): { replaces?: string } {
    if (!isPassage(place)) return {};
    const { found } = this.state.passages(place.path, target.text, place.hash, place.part);
    const same = found.find(({ range }) => range.start === place.start && range.end === place.end);
    return same ? { replaces: same.edit.id } : {};
  }

  private async append(entry: LabelEntry): Promise<void> {
    const { before, after, alone } = await appendEntry(this.file, entry);
    if (alone && before === this.mark) {
      this.mark = after;
      this.take([...this.entries, entry]);
    } else await this.read();
    this.changed.fire();
  }

  private async read(): Promise<void> {
    const { entries, problems, mark } = await readJournal(this.file);
    this.broken = problems;
    this.mark = mark;
    this.take(inOrder(entries));
  }

  private take(entries: readonly LabelEntry[]): void {
    this.entries = entries;
    this.history = replay(entries);
    this.current = undefined;
  }

  /** One change at a time, in the order of the calls; a failed one does not stop the next. */
  private queued<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work);
    this.queue = result.catch(() => undefined);
    return result;
  }
}

function checkedPlace(target: TextTarget): TextPlace {
  const { path, range, text } = target;
  if (range && text.slice(range.start, range.end).trim() === '') {
    throw new AppError(
      'journal/empty-passage',
      `The selection in ${path} is empty; select the words to label.`,
    );
  }
  return placeOf(target);
}
