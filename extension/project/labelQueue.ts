/**
 * The texts on their way over the desk: the one that is shown, those that come next, and those that were before. Holds
 * no label; asks the state whenever it moves.
 */
import type { TextFilter } from '../protocol/labelPanelApi';
import type { CorpusText } from './corpus';
import type { LabelState } from './labelState';
import { QueueTally } from './queueTally';
import { fits, openTexts } from './textFilter';
import type { RankedText } from './textOrder';

export class LabelQueue {
  private order: readonly CorpusText[] = [];
  private readonly byId = new Map<string, CorpusText>();
  private readonly positions = new Map<string, number>();
  private whyOf = new Map<string, string>();
  private shown: string | undefined;
  /** Ids of the texts that were shown before, the last one last. */
  private readonly before: string[] = [];
  /** Ids that Backspace has left, the first to come back last. */
  private readonly ahead: string[] = [];
  private asked: TextFilter = openTexts;
  private counted: QueueTally | undefined;

  /**
   * @param state of the journal, as it is now
   * @param scoreOf the model's score of a text, where it was asked
   */
  constructor(
    private readonly state: () => LabelState,
    private readonly scoreOf: (id: string) => number | undefined = () => undefined,
  ) {}

  /** Takes in texts and their order; the one that is shown stays, if it is still there. */
  fill(texts: readonly CorpusText[], ranks: readonly RankedText[]): void {
    const given = new Map(texts.map((text) => [text.id, text]));
    this.byId.clear();
    for (const { id } of ranks) take(given, this.byId, id);
    for (const { id } of texts) take(given, this.byId, id);
    this.order = [...this.byId.values()];
    this.counted = undefined;
    this.positions.clear();
    for (const [at, { id }] of this.order.entries()) this.positions.set(id, at);
    this.whyOf = new Map(ranks.flatMap(({ id, why }) => (why === undefined ? [] : [[id, why]])));
    if (this.current === undefined) this.shown = this.nextAfter(-1, new Set())?.id;
  }

  get size(): number {
    return this.order.length;
  }

  get texts(): readonly CorpusText[] {
    return this.order;
  }

  get filter(): TextFilter {
    return this.asked;
  }

  /** Undefined when nothing is left to show. */
  get current(): CorpusText | undefined {
    return this.shown === undefined ? undefined : this.byId.get(this.shown);
  }

  get(id: string): CorpusText | undefined {
    return this.byId.get(id);
  }

  /** Why the order has put a text where it is. */
  why(id: string): string | undefined {
    return this.whyOf.get(id);
  }

  /** How many texts are decided, and how many would come by, the one that is shown included. */
  get tally(): Pick<QueueTally, 'decided' | 'left'> {
    const state = this.state();
    if (!this.counted?.follows(state, this.asked))
      this.counted = new QueueTally(this.order, this.positions, state, this.asked, this.scoreOf);
    return this.counted;
  }

  /** The texts after the one that is shown, as they would come. */
  next(count: number): CorpusText[] {
    const seen = new Set(this.shown === undefined ? [] : [this.shown]);
    const found: CorpusText[] = [];
    for (const id of this.ahead.toReversed()) {
      const text = this.byId.get(id);
      if (text && found.length < count && !seen.has(id) && this.isWanted(text)) found.push(text);
      seen.add(id);
    }
    let at = this.position;
    while (found.length < count) {
      const text = this.nextAfter(at, seen);
      if (!text) break;
      found.push(text);
      seen.add(text.id);
      at = this.positions.get(text.id) ?? at;
    }
    return found;
  }

  /** Goes on. Nothing is left when the filter lets nothing more through. */
  advance(): void {
    const [next] = this.next(1);
    const left = next === undefined ? 0 : this.ahead.lastIndexOf(next.id);
    this.ahead.length = Math.max(0, left);
    if (this.shown !== undefined) this.before.push(this.shown);
    this.shown = next?.id;
  }

  /** Back to the text before; false at the beginning. */
  back(): boolean {
    let id = this.before.pop();
    while (id !== undefined && !this.byId.has(id)) id = this.before.pop();
    if (id === undefined) return false;
    if (this.shown !== undefined) this.ahead.push(this.shown);
    this.shown = id;
    return true;
  }

  /** Shows this text; false when there is none. The one that was shown comes back after it. */
  show(id: string): boolean {
    if (!this.byId.has(id)) return false;
    if (this.shown === id) return true;
    if (this.shown !== undefined) this.ahead.push(this.shown);
    this.shown = id;
    return true;
  }

  /** Other texts: begins anew with the first that fits. */
  ask(filter: TextFilter): void {
    this.asked = filter;
    const { current } = this;
    if (!current || !this.isWanted(current)) this.begin();
  }

  /** From the top of the order. */
  begin(): void {
    this.ahead.length = 0;
    if (this.shown !== undefined) this.before.push(this.shown);
    this.shown = this.nextAfter(-1, new Set())?.id;
  }

  private get position(): number {
    return this.shown === undefined ? -1 : (this.positions.get(this.shown) ?? -1);
  }

  /** The first that is wanted after a position, from the top again at the end. */
  private nextAfter(position: number, without: ReadonlySet<string>): CorpusText | undefined {
    const { length } = this.order;
    for (let step = 1; step <= length; step += 1) {
      const text = this.order[(position + step) % length];
      if (text && !without.has(text.id) && this.isWanted(text)) return text;
    }
    return undefined;
  }

  private isWanted(text: CorpusText): boolean {
    return fits(text, this.asked, this.state(), this.scoreOf);
  }
}

function take(from: Map<string, CorpusText>, to: Map<string, CorpusText>, id: string): void {
  const text = from.get(id);
  if (!text) return;
  from.delete(id);
  to.set(id, text);
}
