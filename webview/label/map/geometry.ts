/** Geometry of points on the screen, in CSS pixels. With ten thousand points a plain look at each takes a tenth of a millisecond. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Points as columns. */
export interface Points {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/**
 * Whether a point is inside of a polygon: a ray to the right crosses its edges an odd number of times (even-odd rule). The last
 * corner is joined with the first.
 */
export function isInside({ x, y }: Point, polygon: readonly Point[]): boolean {
  let inside = false;
  let before = polygon.at(-1);
  for (const corner of polygon) {
    if (before && corner.y > y !== before.y > y) {
      const crossing = corner.x + ((y - corner.y) / (before.y - corner.y)) * (before.x - corner.x);
      if (x < crossing) inside = !inside;
    }
    before = corner;
  }
  return inside;
}

/** Numbers of the points inside of a polygon. @param counts which points there are */
export function insideOf(
  { x, y }: Points,
  polygon: readonly Point[],
  counts: (point: number) => boolean,
): number[] {
  const xs = polygon.map((corner) => corner.x);
  const ys = polygon.map((corner) => corner.y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const found: number[] = [];
  for (let point = 0; point < x.length; point += 1) {
    const at = { x: x[point] as number, y: y[point] as number };
    if (at.x < left || at.x > right || at.y < top || at.y > bottom) continue;
    if (counts(point) && isInside(at, polygon)) found.push(point);
  }
  return found;
}

/** The point nearest to a place, within a reach. */
export function nearestTo(
  { x, y }: Points,
  place: Point,
  counts: (point: number) => boolean,
  reach = Infinity,
): number | undefined {
  let nearest: number | undefined;
  let least = reach ** 2;
  for (let point = 0; point < x.length; point += 1) {
    const distance = ((x[point] as number) - place.x) ** 2 + ((y[point] as number) - place.y) ** 2;
    if (distance > least || (nearest !== undefined && distance === least) || !counts(point)) continue;
    least = distance;
    nearest = point;
  }
  return nearest;
}

/**
 * The point nearest to a place of those that lie in a direction: within 45° of it, so that every other place is in one of the four.
 *
 * @param from so far away at least, in pixels
 */
export function nearestTowards(
  { x, y }: Points,
  place: Point,
  direction: Direction,
  counts: (point: number) => boolean,
  from = 0,
): number | undefined {
  const isFlat = direction === 'left' || direction === 'right';
  const sign = direction === 'left' || direction === 'up' ? -1 : 1;
  let nearest: number | undefined;
  let least = Infinity;
  for (let point = 0; point < x.length; point += 1) {
    const dx = (x[point] as number) - place.x;
    const dy = (y[point] as number) - place.y;
    const along = sign * (isFlat ? dx : dy);
    const across = Math.abs(isFlat ? dy : dx);
    const distance = dx * dx + dy * dy;
    if (along <= 0 || along < from || across > along || distance >= least || !counts(point)) continue;
    least = distance;
    nearest = point;
  }
  return nearest;
}

/** The `count` points nearest to a place, nearest first. */
export function nearestOf(
  { x, y }: Points,
  place: Point,
  count: number,
  counts: (point: number) => boolean,
): number[] {
  const distance = (point: number): number =>
    ((x[point] as number) - place.x) ** 2 + ((y[point] as number) - place.y) ** 2;
  return [...x.keys()]
    .filter(counts)
    .map((point) => ({ point, far: distance(point) }))
    .sort((a, b) => a.far - b.far || a.point - b.point)
    .slice(0, count)
    .map(({ point }) => point);
}
