/** One classifier's texts on the label panel: which one is shown, what a key does to it, and what comes next. */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import { AppError } from '../../protocol/appError';
import type {
  Decision,
  ListedText,
  OrderName,
  PanelSaying,
  PanelView,
  TextFilter,
} from '../../protocol/labelPanelApi';
import { agreementOf, noneFits } from '../../project/agreement';
import type { CorpusText } from '../../project/corpus';
import { excerptOf, placeIn, placeName, type Edit, type TextTarget } from '../../project/labelEntry';
import type { Saying } from '../../project/labelJournal';
import { LabelQueue } from '../../project/labelQueue';
import { contains } from '../../project/textFilter';
import { fileOrder, randomOrder, type TextOrder } from '../../project/textOrder';
import { CorpusQuestions } from '../classification/corpusQuestions';
import { DecidingWords } from '../classification/decidingWords';
import type { CommitteeAnswers } from '../languageModels/committeeAnswers';
import { Suggestions } from '../classification/suggestions';
import { Disposable } from '../disposable';
import type { EngineHost } from '../engineHost';
import { Debounced } from '../signals';
import type { Project } from '../workspace/project';
import { LabelMap, longestList } from './labelMap';

const shownPaths = 60;
/** In this time the engine has placed some hundred texts more. */
const placingMs = 3000;
/** So many labels later, other texts are the most useful. */
const askAgainAfter = 10;

export class LabelDesk extends Disposable {
  readonly queue: LabelQueue;
  readonly suggestions: Suggestions;
  readonly deciding: DecidingWords;
  readonly questions: CorpusQuestions;
  readonly map = new LabelMap(this);
  /** What the panel is on. */
  view: PanelView = 'text';
  private readonly orders: Readonly<Record<OrderName, TextOrder>>;
  private order: OrderName = 'random';
  private reading: Promise<void> | undefined;
  private isStale = true;
  private shownTurn = 0;
  private readonly later = this.own(new Debounced(() => void this.askAgain(), placingMs));
  private decisions = 0;
  private folders: readonly string[] = [];
  private readonly changed = this.own(new vscode.EventEmitter<void>());
  /** Texts, labels or suggestions are not what they were. */
  readonly onDidChange = this.changed.event;

  /** @param base the embedded base model */
  constructor(
    readonly project: Project,
    engine: EngineHost,
    base: string,
    readonly committee: CommitteeAnswers,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super();
    this.suggestions = this.own(new Suggestions(project, engine, log));
    this.deciding = this.own(new DecidingWords(project, engine, log));
    this.queue = new LabelQueue(
      () => project.journal.state,
      (id) => this.scoreOf(id),
    );
    const seed = project.classifier.settings?.seed ?? 1;
    this.questions = new CorpusQuestions(project, engine, base, () => this.queue.texts);
    this.orders = { file: fileOrder, random: randomOrder(seed), useful: this.questions };
    this.own(this.suggestions.onDidChange(() => this.changed.fire()));
    this.own(committee.onDidChange(() => this.changed.fire()));
    this.own(this.deciding.onDidChange(() => this.changed.fire()));
    this.own(project.onDidChange(() => this.changed.fire()));
    this.own(project.texts.onDidChange(() => this.lookAgain()));
  }

  get orderName(): OrderName {
    return this.order;
  }

  /** Grows with each text that is shown. */
  get turn(): number {
    return this.shownTurn;
  }

  /** Folders to filter by. */
  get paths(): readonly string[] {
    return this.folders;
  }

  get isReading(): boolean {
    return this.reading !== undefined;
  }

  /** Files have come, gone or changed since they were read. */
  get needsReading(): boolean {
    return this.isStale && this.reading === undefined;
  }

  /** Resolves when the texts are there. @throws AppError('sources/...'), CancelledError */
  ready(): Promise<void> {
    if (this.reading) return this.reading;
    if (!this.isStale) return Promise.resolve();
    this.reading = this.read().finally(() => (this.reading = undefined));
    return this.reading;
  }

  /**
   * Into the journal, and on to the next text.
   *
   * @throws AppError('label/not-shown') for a text that is no longer on the desk; AppError of the journal, after which
   * the text is still there
   */
  async say(id: string, said: PanelSaying): Promise<void> {
    const { current } = this.queue;
    if (current?.id !== id) {
      throw new AppError('label/not-shown', vscode.l10n.t('Another text is shown now; label that one.'));
    }
    // Somebody looks back and goes on: what was decided stays decided.
    const isNews = said.op !== 'skip' || this.decisionOn(current) === undefined;
    if (isNews) await this.project.journal.say([{ target: targetOf(current), said }]);
    this.queue.advance();
    if (isNews) this.decisions += 1;
    if (this.order === 'useful' && this.decisions % askAgainAfter === 0) void this.askAgain();
    this.moved();
  }

  /**
   * Many texts, one step.
   *
   * @param keep labelled texts, and those that fit no label, stay what they are
   * @returns of how many it was said
   * @throws AppError of the journal
   */
  async sayAll(ids: readonly string[], said: PanelSaying, keep = false): Promise<number> {
    const known = ids.map((id) => this.queue.get(id)).filter((text) => text !== undefined);
    const texts = known.filter((text) => !keep || (this.decisionOn(text) ?? 'skip') === 'skip');
    await this.project.journal.say(texts.map((text): Saying => ({ target: targetOf(text), said })));
    const { current } = this.queue;
    if (current && texts.includes(current)) this.queue.advance();
    this.moved();
    return texts.length;
  }

  /** Of what people said differently of a text, this counts; '' is that none of the labels fits. */
  async settle(id: string, label: string): Promise<void> {
    const text = this.required(id);
    const { disagreements } = agreementOf(this.project.journal.said);
    const settles = disagreements
      .filter(({ hash }) => hash === text.hash)
      .flatMap(({ sides }) => sides.map(({ edit }) => edit.id));
    const said = label === noneFits ? ({ op: 'none' } as const) : ({ op: 'label', label } as const);
    await this.project.journal.say([{ target: targetOf(text), said, settles }]);
  }

  async note(id: string, note: string): Promise<void> {
    const text = this.required(id);
    await this.project.journal.say([{ target: targetOf(text), said: { op: 'note', note } }]);
  }

  back(): void {
    this.queue.back();
    this.moved();
  }

  /** The text of the step that was undone is shown again. */
  async undo(): Promise<void> {
    const id = this.idOf(await this.project.undo());
    if (id !== undefined) this.queue.show(id);
    this.moved();
  }

  async redo(): Promise<void> {
    const id = this.idOf(await this.project.redo());
    if (id !== undefined && id === this.queue.current?.id) this.queue.advance();
    this.moved();
  }

  show(id: string): void {
    this.required(id);
    this.queue.show(id);
    this.moved();
  }

  filter(filter: TextFilter): void {
    this.queue.ask(filter);
    this.moved();
  }

  /** @throws MissingError, AppError of the engine, and then the order is what it was */
  async arrange(order: OrderName): Promise<void> {
    const ranks = await this.orders[order].arrange(this.queue.texts);
    this.order = order;
    this.queue.fill(this.queue.texts, ranks);
    if (order === 'useful' && !this.questions.isSettled) this.later.ask();
    if (this.queue.current) this.queue.begin();
    this.moved();
  }

  /** Texts that mean about the same, nearest first. @throws MissingError, AppError of the engine */
  async alike(id: string): Promise<ListedText[]> {
    const found = await this.questions.alike(id);
    return found.map(({ text, cosine }) => ({ ...this.listed(text), likeness: cosine }));
  }

  /** In the order of the desk, at most two hundred. */
  search(words: string): ListedText[] {
    if (words.trim() === '') return [];
    const found: ListedText[] = [];
    for (const text of this.queue.texts) {
      if (found.length === longestList) break;
      if (contains(text.text, words.trim())) found.push(this.listed(text));
    }
    return found;
  }

  listed(text: CorpusText): ListedText {
    const label = this.project.journal.state.labelOf(text);
    return {
      id: text.id,
      place: placeFor(text),
      excerpt: excerptOf(text.text),
      ...(label !== undefined && { label }),
    };
  }

  /** @throws AppError('label/gone') */
  required(id: string): CorpusText {
    const text = this.queue.get(id);
    if (text) return text;
    throw new AppError('label/gone', vscode.l10n.t('This text is no longer there.'));
  }

  private decisionOn(text: CorpusText): Decision | undefined {
    return this.project.journal.state.decisionOn(text);
  }

  private async read(): Promise<void> {
    this.isStale = false;
    const { project } = this;
    const { texts } = await project.texts.readCorpus();
    const whole = texts.filter(({ range, stale }) => range === undefined && stale !== 'lost');
    this.folders = pathsOf(whole);
    // The first order needs no engine: nobody waits for it.
    this.queue.fill(whole, await this.orders[this.order === 'useful' ? 'random' : this.order].arrange(whole));
    if (this.order === 'useful') void this.askAgain();
    this.moved();
    this.changed.fire();
  }

  /** What is most useful changes with each label; the text that is shown stays. */
  private async askAgain(): Promise<void> {
    if (this.isDisposed || this.order !== 'useful') return;
    try {
      this.queue.fill(this.queue.texts, await this.questions.arrange([]));
      if (!this.questions.isSettled) this.later.ask();
      this.changed.fire();
    } catch (error) {
      this.log.warn(`suggest ${this.project.name}: ${String(error)}`);
    }
  }

  private lookAgain(): void {
    this.isStale = true;
    this.changed.fire();
  }

  private moved(): void {
    this.shownTurn += 1;
  }

  private scoreOf(id: string): number | undefined {
    const text = this.queue.get(id);
    return text && this.suggestions.of(text)?.score;
  }

  /** The text that an edit speaks about, as long as it is there. */
  private idOf(edit: Edit | undefined): string | undefined {
    const place = edit && placeIn(edit);
    if (place === undefined) return undefined;
    const here = this.queue.get(placeName(place));
    const isHere = here?.hash === place.hash;
    return (isHere ? here : (this.queue.texts.find(({ hash }) => hash === place.hash) ?? here))?.id;
  }
}

/** File and part as a person reads them: 'tickets.csv, row 12'. */
export function placeFor({ path, part }: Pick<CorpusText, 'path' | 'part'>): string {
  return part === undefined ? path : `${path}, ${part}`;
}

function targetOf({ path, part, text }: CorpusText): TextTarget {
  return { path, text, ...(part !== undefined && { part }) };
}

/** Folders, and files of many texts, to filter by. */
function pathsOf(texts: readonly CorpusText[]): string[] {
  const folders = new Set<string>();
  for (const { path, part } of texts) {
    const folder = posix.dirname(path);
    if (part !== undefined) folders.add(path);
    else if (folder !== '.') folders.add(`${folder}/`);
    if (folders.size === shownPaths) break;
  }
  return [...folders].sort();
}
