import { Random } from './random';

/** One step's texts, as indices into the data set. */
export interface Batch {
  readonly labelled: readonly number[];
  readonly unlabelled: readonly number[];
}

/**
 * Which texts each step sees: a function of (seed, step), so that a resumed run goes on where it was.
 * Steps come in rounds of eight. A round draws all its texts at once and deals them out by length, so that
 * the texts of a step are about equally long and little is spent on padding.
 */
export class BatchPlan {
  private readonly labelled: Deck;
  private readonly unlabelled: Deck;

  /** @param lengthOf tokens of a text. */
  constructor(
    private readonly seed: number,
    labelled: readonly number[],
    unlabelled: readonly number[],
    private readonly sizes: { readonly labelled: number; readonly unlabelled: number },
    private readonly lengthOf: (text: number) => number,
  ) {
    this.labelled = new Deck(seed, 'labelled', labelled);
    this.unlabelled = new Deck(seed, 'unlabelled', unlabelled);
  }

  at(step: number): Batch {
    const round = Math.floor(step / stepsPerRound);
    const order = Random.of(this.seed, 'round', round).shuffle(
      Array.from({ length: stepsPerRound }, (_, i) => i),
    );
    const turn = order[step % stepsPerRound] ?? 0;
    return {
      labelled: this.deal(this.labelled, this.sizes.labelled, round, turn),
      unlabelled: this.deal(this.unlabelled, this.sizes.unlabelled, round, turn),
    };
  }

  private deal(deck: Deck, size: number, round: number, turn: number): number[] {
    const drawn = deck.draw(round * stepsPerRound * size, stepsPerRound * size);
    drawn.sort((a, b) => this.lengthOf(a) - this.lengthOf(b) || a - b);
    return drawn.slice(turn * size, (turn + 1) * size);
  }
}

const stepsPerRound = 8;

/** An endless sequence of texts: one shuffled epoch after another. */
class Deck {
  private readonly epochs = new Map<number, readonly number[]>();

  constructor(
    private readonly seed: number,
    private readonly name: string,
    private readonly texts: readonly number[],
  ) {}

  draw(from: number, count: number): number[] {
    const size = this.texts.length;
    if (size === 0) return [];
    return Array.from({ length: count }, (_, i) => {
      const epoch = this.epoch(Math.floor((from + i) / size));
      return epoch[(from + i) % size] as number;
    });
  }

  private epoch(number: number): readonly number[] {
    let epoch = this.epochs.get(number);
    if (!epoch) {
      epoch = Random.of(this.seed, this.name, 'epoch', number).shuffle(this.texts);
      if (this.epochs.size > 64) this.epochs.clear();
      this.epochs.set(number, epoch);
    }
    return epoch;
  }
}
