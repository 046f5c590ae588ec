/** Curves of several models as one table: the form that the chart draws and that its table twin shows. */
import type { CurvePoint } from '../../extension/protocol/snapshot';

export interface Curve {
  readonly id: string;
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

/** `steps` ascending; `values[curve][row]` is undefined where that curve has no point at that step. */
export interface CurveTable {
  readonly steps: readonly number[];
  readonly values: readonly (readonly (number | undefined)[])[];
}

/** Joins curves on their steps. A curve's own points are ascending by step. */
export function tabulate(curves: readonly Curve[]): CurveTable {
  const known = new Set<number>();
  for (const { points } of curves) for (const [step] of points) known.add(step);
  const steps = [...known].sort((a, b) => a - b);
  const row = new Map(steps.map((step, index) => [step, index]));
  const values = curves.map(({ points }) => {
    const column: (number | undefined)[] = new Array<undefined>(steps.length).fill(undefined);
    for (const [step, value] of points) {
      const index = row.get(step);
      if (index !== undefined && Number.isFinite(value)) column[index] = value;
    }
    return column;
  });
  return { steps, values };
}

/** A number that changes when the curves grew: snapshots are complete, and most of them repeat the same points. */
export function curvesKey(curves: readonly Curve[]): string {
  return curves.map(({ id, points }) => `${id}:${points.length}:${points.at(-1)?.join('@') ?? ''}`).join(' ');
}

/** Range for shares: whole tenths around the data, never beyond 0 to 1, at least two tenths. */
export function shareRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  let from = Math.max(0, Math.floor(low * 10 - 0.2) / 10);
  let to = Math.min(1, Math.ceil(high * 10 + 0.2) / 10);
  if (to - from < 0.2) from = Math.max(0, to - 0.2);
  if (to - from < 0.2) to = from + 0.2;
  return [from, to];
}

/** Range for losses: from 0 to a round number above the data. */
export function lossRange(_low: number | null, high: number | null): [number, number] {
  if (high === null || high <= 0) return [0, 1];
  const magnitude = 10 ** Math.floor(Math.log10(high));
  const rounded = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((factor) => factor * magnitude >= high) ?? 10;
  return [0, rounded * magnitude];
}

/**
 * Moves labels apart so that none overlaps the next, as little as possible, inside [top, bottom].
 *
 * @param wanted centres in pixels, in any order
 * @returns centres in the same order
 */
export function spreadLabels(
  wanted: readonly number[],
  height: number,
  top: number,
  bottom: number,
): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const placed = wanted.map((centre) => Math.min(bottom - height / 2, Math.max(top + height / 2, centre)));
  const at = (index: number | undefined): number => (index === undefined ? NaN : (placed[index] ?? NaN));
  for (let i = 1; i < order.length; i++) {
    const [above, own] = [order[i - 1], order[i]];
    if (own !== undefined && at(own) - at(above) < height) placed[own] = at(above) + height;
  }
  let limit = bottom - height / 2;
  for (const own of [...order].reverse()) {
    if (at(own) > limit) placed[own] = limit;
    limit = at(own) - height;
  }
  return placed;
}
