/** The selected points of a map, and how many of them have which label. */
import type { MapMarks } from '../../../extension/protocol/labelPanelApi';
import { noLabel } from '../../../extension/protocol/labelPanelApi';

/** How a new choice goes together with what is selected. */
export type Choice = 'instead' | 'and' | 'without';

export function chosen(
  selected: ReadonlySet<number>,
  points: readonly number[],
  choice: Choice,
): ReadonlySet<number> {
  const all = new Set(choice === 'instead' ? [] : selected);
  for (const point of points) {
    if (choice === 'without') all.delete(point);
    else all.add(point);
  }
  return all;
}

/** Adds points; takes them away when all of them are selected. */
export function toggled(selected: ReadonlySet<number>, points: readonly number[]): ReadonlySet<number> {
  return chosen(selected, points, points.every((point) => selected.has(point)) ? 'without' : 'and');
}

export interface SelectionCounts {
  readonly all: number;
  /** Labelled, or none of the labels fits. */
  readonly decided: number;
  /** By number: of a label, or of `noLabel`; the ones that somebody has. Labels first, in their order. */
  readonly byMark: readonly (readonly [mark: number, count: number])[];
}

export function countsOf(selected: ReadonlySet<number>, { given }: MapMarks): SelectionCounts {
  const counts = new Map<number, number>();
  for (const point of selected) {
    const mark = given[point] ?? noLabel.gone;
    counts.set(mark, (counts.get(mark) ?? 0) + 1);
  }
  const rank = (mark: number): number => (mark >= 0 ? mark : Number.MAX_SAFE_INTEGER - mark);
  const byMark = [...counts].sort(([a], [b]) => rank(a) - rank(b));
  const sum = (are: readonly (readonly [number, number])[]): number =>
    are.reduce((all, [, count]) => all + count, 0);
  return { all: selected.size, decided: sum(byMark.filter(([mark]) => isDecided(mark))), byMark };
}

/** What a label leaves alone, unless the person says otherwise. */
export function isDecided(mark: number): boolean {
  return mark >= 0 || mark === noLabel.none;
}
