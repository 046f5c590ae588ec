/** Where the groups of a map are, and what they are called there. */
import type { PanelMap } from '../../../extension/protocol/labelPanelApi';
import type { Point } from './geometry';

export interface GroupPlace extends Point {
  /** Its number in `PanelMap.groups`. */
  readonly group: number;
  /** Its first words. */
  readonly name: string;
  readonly points: readonly number[];
}

const wordsOnMap = 2;

const known = new WeakMap<PanelMap, readonly GroupPlace[]>();

/** Of one map, told once. */
export function groupPlaces(map: PanelMap): readonly GroupPlace[] {
  const places = known.get(map) ?? placesIn(map);
  known.set(map, places);
  return places;
}

/** The largest first. A place is the median of its texts' places: a few that lie apart do not pull it away. */
function placesIn({ x, y, group, groups }: PanelMap): GroupPlace[] {
  const points = groups.map((): number[] => []);
  for (const [point, of] of group.entries()) points[of]?.push(point);
  return groups
    .map(({ words }, at): GroupPlace => {
      const own = points[at] ?? [];
      return {
        group: at,
        name: words.slice(0, wordsOnMap).join(', '),
        points: own,
        x: median(own.map((point) => x[point] ?? 0)),
        y: median(own.map((point) => y[point] ?? 0)),
      };
    })
    .filter(({ points: own }) => own.length > 0)
    .sort((a, b) => b.points.length - a.points.length);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
