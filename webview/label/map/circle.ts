/** The circle around the cursor: a lasso for the keyboard. It holds the points that are nearest. */
import type { Points } from './geometry';
import { nearestOf } from './geometry';

/** How many points it holds: each step about half as many again as the one before. */
const steps = [1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200, 300, 500, 800, 1200, 2000, 3000, 5000];
const border = 8;

export class Circle {
  private step = 0;
  /** Nearest first: the first one is the cursor's own. */
  private held: readonly number[] = [];

  get points(): readonly number[] {
    return this.held;
  }

  /** Whether it holds more than the cursor's point. */
  get isOpen(): boolean {
    return this.step > 0;
  }

  /** @param most there are no more points */
  grow(most: number): void {
    if ((steps[this.step] ?? 1) < most && this.step + 1 < steps.length) this.step += 1;
  }

  shrink(): void {
    this.step = Math.max(0, this.step - 1);
  }

  close(): void {
    this.step = 0;
  }

  /** Takes the points around the cursor. */
  hold(points: Points, cursor: number | undefined, counts: (point: number) => boolean): void {
    if (cursor === undefined) this.held = [];
    else if (!this.isOpen) this.held = [cursor];
    else this.held = nearestOf(points, placeOf(points, cursor), steps[this.step] ?? 1, counts);
  }

  /** CSS pixels; 0 while it holds the cursor's point alone. */
  radius(points: Points, cursor: number): number {
    const farthest = this.held.at(-1);
    if (!this.isOpen || farthest === undefined) return 0;
    const [from, to] = [placeOf(points, cursor), placeOf(points, farthest)];
    return Math.hypot(to.x - from.x, to.y - from.y) + border;
  }
}

function placeOf({ x, y }: Points, point: number): { x: number; y: number } {
  return { x: x[point] ?? 0, y: y[point] ?? 0 };
}
