/** How many texts of a queue are decided and how many would come by: counted once, then only where something was said. */
import type { Decision, TextFilter } from '../protocol/labelPanelApi';
import type { CorpusText } from './corpus';
import { placeName } from './labelEntry';
import type { LabelState } from './labelState';
import { fits } from './textFilter';

/** What is known of a text in one byte: its decision's place here, and `fitting` where it fits. */
const decisions: readonly (Decision | undefined)[] = [undefined, 'label', 'none', 'skip'];
const fitting = 4;

export class QueueTally {
  readonly decided: Record<Decision, number> = { label: 0, none: 0, skip: 0 };
  /** Texts that fit the filter. */
  left = 0;
  private readonly known: Uint8Array;
  private readonly byHash = new Map<string, number>();
  /** Edits of the state that were looked at. */
  private seen: number;

  /**
   * @param texts whose order does not change
   * @param positions of their ids
   */
  constructor(
    private readonly texts: readonly CorpusText[],
    private readonly positions: ReadonlyMap<string, number>,
    private readonly state: LabelState,
    readonly filter: TextFilter,
    private readonly scoreOf: (id: string) => number | undefined,
  ) {
    this.seen = state.edits.length;
    this.known = new Uint8Array(texts.length);
    for (const [at, { hash }] of texts.entries()) {
      this.byHash.set(hash, at);
      this.look(at);
    }
  }

  /** Takes in what was said since. False when all is to be counted anew: another filter, or something was taken back. */
  follows(state: LabelState, filter: TextFilter): boolean {
    // Scores come when the model has answered, which no edit tells.
    if (state !== this.state || filter !== this.filter || filter.below !== undefined) return false;
    for (; this.seen < state.edits.length; this.seen += 1) {
      const text = state.edits[this.seen]?.text;
      if (text === undefined) continue;
      const touched = new Set([this.byHash.get(text.hash), this.positions.get(placeName(text))]);
      for (const at of touched) if (at !== undefined) this.look(at);
    }
    return true;
  }

  private look(at: number): void {
    const text = this.texts[at];
    if (text === undefined) return;
    this.add(this.known[at] ?? 0, -1);
    const isLeft = fits(text, this.filter, this.state, this.scoreOf);
    const now = decisions.indexOf(this.state.decisionOn(text)) + (isLeft ? fitting : 0);
    this.add(now, 1);
    this.known[at] = now;
  }

  private add(known: number, one: 1 | -1): void {
    const decision = decisions[known % fitting];
    if (decision !== undefined) this.decided[decision] += one;
    if (known >= fitting) this.left += one;
  }
}
