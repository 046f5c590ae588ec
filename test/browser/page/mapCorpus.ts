/** Texts in clouds, as a map has them, and what is said of them: batches that are undone as one. Runs in the page. */
import type { LabelPanelRequests, MapMarks, PanelMap } from '../../../extension/protocol/labelPanelApi';
import { noLabel } from '../../../extension/protocol/labelPanelApi';

const labels = ['bug', 'feature', 'question'];
const clouds = 12;
const words = [
  'invoice',
  'refund',
  'export',
  'filter',
  'dark',
  'login',
  'printer',
  'parcel',
  'sound',
  'import',
];

export class MapCorpus {
  readonly map: PanelMap;
  given: number[];
  private readonly before: number[][] = [];

  constructor(count: number) {
    const random = randoms(7);
    const group = Array.from({ length: count }, (_, at) => at % clouds);
    const middles = Array.from({ length: clouds }, () => [0.12 + 0.76 * random(), 0.12 + 0.76 * random()]);
    const around = (at: number, side: 0 | 1): number => {
      const normal = random() + random() + random() - 1.5;
      return Math.min(1, Math.max(0, (middles[at % clouds]?.[side] ?? 0.5) + 0.09 * normal));
    };
    this.map = {
      drawn: 1,
      ids: group.map((_, at) => `tickets/${at}.txt`),
      x: group.map((_, at) => around(at, 0)),
      y: group.map((_, at) => around(at, 1)),
      group,
      groups: Array.from({ length: clouds }, (_, at) => ({
        words: [0, 3, 7].map((step) => words[(at + step) % words.length] ?? ''),
      })),
      leftOut: 0,
    };
    const others = [noLabel.none, noLabel.skipped];
    this.given = group.map((of, at) => {
      if (at % 17 === 0) return of % labels.length;
      return at % 101 === 0 ? (others[at % 2] ?? noLabel.open) : noLabel.open;
    });
  }

  marks(): MapMarks {
    const { group } = this.map;
    const scores = group.map((_, at) => 0.35 + ((at * 7919) % 650) / 1000);
    return {
      drawn: this.map.drawn,
      labels,
      given: this.given,
      suggested: group.map((of, at) => (at % 29 === 0 ? (of + 1) % labels.length : of % labels.length)),
      scores,
      unsure: scores.map((score) => (score < 0.5 ? 1 : 0)),
      missing: 0,
    };
  }

  sayAll({ ids, said, keep }: LabelPanelRequests['label/sayAll'][0]): number {
    const mark = said.op === 'label' ? labels.indexOf(said.label) : noLabel.none;
    const wanted = new Set(ids);
    const isFree = (given: number): boolean => given === noLabel.open || given === noLabel.skipped;
    this.before.push(this.given);
    let count = 0;
    this.given = this.given.map((given, at) => {
      if (!wanted.has(this.map.ids[at] ?? '') || (keep && !isFree(given))) return given;
      count += 1;
      return mark;
    });
    return count;
  }

  undo(): void {
    this.given = this.before.pop() ?? this.given;
  }
}

/** Between 0 and 1, the same each time (Park and Miller 1988). */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
