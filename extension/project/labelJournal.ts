/** The truth about a classifier's labels: an append-only file, and what it says now. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AppError } from '../protocol/appError';
import { ChangeEvent, type Disposable } from './changeEvent';
import { classifierDir } from './classifierFolder';
import { appendEntries, markOf, readJournal, type JournalProblem } from './journalFile';
import {
  inOrder,
  isPassage,
  isTextEdit,
  placeIn,
  placeOf,
  stepOf,
  type Edit,
  type LabelEdit,
  type LabelEntry,
  type SetEdit,
  type TextEdit,
  type TextPlace,
  type TextTarget,
} from './labelEntry';
import { inTodaysLabels, lastStep, replay, type History } from './labelHistory';
import { LabelState } from './labelState';

/** What a journal takes from outside, so that tests and replays decide it. */
export interface JournalDeps {
  readonly clock: () => Date;
  /** Unique among all who write to the journal. */
  readonly newId: () => string;
  /** Who labels; git's `user.name`, where there is one. */
  readonly author?: string;
}

/** What can be said about a text. */
export type Said =
  | { readonly op: 'label'; readonly label: string }
  | { readonly op: 'none' | 'skip' | 'clear' }
  | { readonly op: 'note'; readonly note: string };

/** A text, and what is said about it. */
export interface Saying {
  readonly target: TextTarget;
  readonly said: Said;
  /** Ids of the entries of others that this one overrules. */
  readonly settles?: readonly string[];
}

/** What was said about a text in another journal, by whom and when. */
export interface Adopted {
  readonly place: TextPlace;
  readonly said: Said;
  readonly by?: string | undefined;
  readonly givenAt: string;
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
  private entries: LabelEntry[] = [];
  private broken: readonly JournalProblem[] = [];
  private mark = '';
  private history: History = { active: [], undone: [] };
  private current: LabelState | undefined;
  private today: TextEdit[] | undefined;
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
    this.current ??= new LabelState(this.said);
    return this.current;
  }

  /** What is said about texts and holds, in order and in today's labels. */
  get said(): readonly TextEdit[] {
    this.today ??= inTodaysLabels(this.history.active);
    return this.today;
  }

  /** The change of the label set that was made, undone or redone last, and whether it holds. */
  get lastSetChange(): { readonly edit: SetEdit; readonly holds: boolean } | undefined {
    const { active, undone } = this.history;
    const edits = [active.findLast(isSet), undone.findLast(isSet)].filter((edit) => edit !== undefined);
    const last = edits.at(-1);
    return last && { edit: last, holds: active.includes(last) };
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
    return this.entries.filter((entry) => placeIn(entry)?.path === path);
  }

  /** The same of one text as a whole, its passages left out. @param part undefined for the whole file */
  textHistoryOf(path: string, part: string | undefined): readonly LabelEntry[] {
    return this.historyOf(path).filter((entry) => {
      const about = placeIn(entry);
      return about?.quote === undefined && about?.part === part;
    });
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
  async label(target: TextTarget, label: string): Promise<LabelEdit> {
    const [edit] = await this.say([{ target, said: { op: 'label', label } }]);
    return edit as LabelEdit;
  }

  /** Takes the label of a document or passage away; undefined when it has none. */
  async clear(target: TextTarget): Promise<LabelEdit | undefined> {
    const [edit] = await this.say([{ target, said: { op: 'clear' } }]);
    return edit as LabelEdit | undefined;
  }

  /**
   * Says something about one text, or about many in one step.
   *
   * @returns the entries; what takes nothing away is not said
   * @throws AppError('journal/not-saved'), AppError('journal/empty-passage'), AppError('journal/empty-label')
   */
  say(sayings: readonly Saying[]): Promise<TextEdit[]> {
    return this.queued(async () => {
      const together = sayings.length > 1 ? { batch: this.deps.newId() } : {};
      const edits = sayings.flatMap((saying, at) => this.editOf(saying, at, together));
      if (edits.length > 0) await this.append(edits);
      return edits;
    });
  }

  /**
   * Takes in what was said elsewhere, in its order and as one step.
   *
   * @throws AppError('journal/not-saved')
   */
  adopt(sayings: readonly Adopted[]): Promise<void> {
    return this.queued(async () => {
      if (sayings.length === 0) return;
      const batch = this.deps.newId();
      const edits = sayings.map(({ place, said, by, givenAt }, at): TextEdit => {
        // Who takes it in did not say it.
        const { id, at: now } = this.stamp(at);
        return { id, at: now, ...(by !== undefined && { by }), batch, ...said, text: place, givenAt };
      });
      await this.append(edits);
    });
  }

  /** Changes the label set, and what was said before with it. @throws AppError('journal/not-saved') */
  changeSet({ was, now, moved }: Pick<SetEdit, 'was' | 'now' | 'moved'>): Promise<SetEdit> {
    return this.queued(async () => {
      const edit = { ...this.stamp(), op: 'set' as const, was, now, ...(moved && { moved }) };
      await this.append([edit]);
      return edit;
    });
  }

  /** Undoes the newest step that holds and returns its last edit; undefined when there is none. */
  undo(): Promise<Edit | undefined> {
    return this.queued(() => this.toggle('undo', lastStep(this.history.active)));
  }

  /** Brings back the step that was undone last and returns its last edit; undefined when there is none. */
  redo(): Promise<Edit | undefined> {
    return this.queued(() => this.toggle('redo', lastStep(this.history.undone)));
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

  private async toggle(op: 'undo' | 'redo', step: readonly Edit[]): Promise<Edit | undefined> {
    const [first] = step;
    if (!first) return undefined;
    const text = placeIn(first);
    const label = first.op === 'label' ? first.label : undefined;
    const said = { of: stepOf(first), ...(label !== undefined && { label }), ...(text && { text }) };
    await this.append([{ ...this.stamp(), op, ...said } as LabelEntry]);
    return step.at(-1);
  }

  /** What a saying becomes in the journal; nothing, when it changes nothing. */
  private editOf(
    { target, said, settles = [] }: Saying,
    at: number,
    together: { readonly batch?: string },
  ): TextEdit[] {
    if (said.op === 'label' && said.label.trim() === '') {
      throw new AppError('journal/empty-label', 'A label needs a name.');
    }
    const place = checkedPlace(target);
    const holds = this.holding(target, place);
    if (said.op === 'clear' && (holds === undefined || holds.op === 'clear')) return [];
    if (said.op === 'note' && said.note === this.state.noteOn(place)) return [];
    return [
      {
        ...this.stamp(at),
        ...together,
        ...said,
        text: place,
        ...(holds && { replaces: holds.id }),
        ...(settles.length > 0 && { settles: [...settles] }),
      },
    ];
  }

  /**
   * Id and time of a new entry. The time is later than that of every entry known, also when this clock is
   * behind another's, because time is what orders a merged journal.
   *
   * @param after how many entries of the same step come before it
   */
  private stamp(after = 0): { id: string; at: string; by?: string } {
    const { author } = this.deps;
    const last = this.entries.at(-1);
    const now = this.deps.clock().getTime();
    const at = new Date(Math.max(now, last ? Date.parse(last.at) + 1 : 0) + after);
    return { id: this.deps.newId(), at: at.toISOString(), ...(author !== undefined && { by: author }) };
  }

  /** What is said at this very place now, which a new entry speaks about. */
  private holding(target: TextTarget, place: TextPlace): LabelEdit | undefined {
    if (!isPassage(place)) return this.state.documentEdit(place.path, place.hash, place.part);
    const { found } = this.state.passages(place.path, target.text, place.hash, place.part);
    return found.find(({ range }) => range.start === place.start && range.end === place.end)?.edit;
  }

  private async append(entries: readonly LabelEntry[]): Promise<void> {
    const { before, after, alone } = await appendEntries(this.file, entries);
    if (alone && before === this.mark) {
      this.mark = after;
      this.takeMore(entries);
    } else await this.read();
    this.changed.fire();
  }

  private async read(): Promise<void> {
    const { entries, problems, mark } = await readJournal(this.file);
    this.broken = problems;
    this.mark = mark;
    this.take(inOrder(entries));
  }

  /** What is said of texts after everything else leaves all before it as it is, but for what could be redone. */
  private takeMore(entries: readonly LabelEntry[]): void {
    for (const entry of entries) this.entries.push(entry);
    const edits = entries.filter(isSaying);
    if (edits.length < entries.length) return this.take(this.entries);
    const { active } = this.history;
    for (const edit of edits) active.push(edit);
    for (const edit of edits) this.today?.push(edit);
    this.history = { active, undone: [] };
    this.current?.take(edits);
  }

  private take(entries: LabelEntry[]): void {
    this.entries = entries;
    this.history = replay(entries);
    this.current = undefined;
    this.today = undefined;
  }

  /** One change at a time, in the order of the calls; a failed one does not stop the next. */
  private queued<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work);
    this.queue = result.catch(() => undefined);
    return result;
  }
}

function isSaying(entry: LabelEntry): entry is TextEdit {
  return entry.op !== 'undo' && entry.op !== 'redo' && isTextEdit(entry);
}

function isSet(edit: Edit): edit is SetEdit {
  return edit.op === 'set';
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
