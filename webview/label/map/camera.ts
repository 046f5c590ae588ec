/** What part of the map is on the screen. The map is a unit square; it fills the screen when it is seen whole. */
import type { Point, Points } from './geometry';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Around the map when it is seen whole, CSS pixels. */
const margin = 24;
const farthestZoom = 1;
const nearestZoom = 200;

/** A value: moving makes a new one. */
export class Camera {
  static readonly whole = new Camera(1, 0.5, 0.5);

  private constructor(
    readonly zoom: number,
    /** The place on the map in the middle of the screen, 0 to 1. */
    readonly x: number,
    readonly y: number,
  ) {}

  static of({ zoom, x, y }: { readonly zoom: number; readonly x: number; readonly y: number }): Camera {
    const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
    const near = within(zoom, farthestZoom, nearestZoom);
    // Nothing but the map's margin lies beside it.
    const half = 0.5 / near;
    return new Camera(near, within(x, half, 1 - half), within(y, half, 1 - half));
  }

  /** Places on the map -> on the screen, written into `to`. */
  project(from: Points, { width, height }: Size, to: Points): void {
    const [sx, sy] = this.scale({ width, height });
    for (let point = 0; point < from.x.length; point += 1) {
      to.x[point] = ((from.x[point] as number) - this.x) * sx + width / 2;
      to.y[point] = ((from.y[point] as number) - this.y) * sy + height / 2;
    }
  }

  /** Where a place on the map is on the screen. */
  projected({ x, y }: Point, size: Size): Point {
    const [sx, sy] = this.scale(size);
    return { x: (x - this.x) * sx + size.width / 2, y: (y - this.y) * sy + size.height / 2 };
  }

  /** The place on the map under one on the screen. */
  unproject({ x, y }: Point, { width, height }: Size): Point {
    const [sx, sy] = this.scale({ width, height });
    return { x: (x - width / 2) / sx + this.x, y: (y - height / 2) / sy + this.y };
  }

  /** Nearer by a factor; what is at `fixed` on the screen stays there. */
  zoomed(factor: number, fixed: Point, size: Size): Camera {
    const place = this.unproject(fixed, size);
    const zoom = Math.min(nearestZoom, Math.max(farthestZoom, this.zoom * factor));
    const ratio = this.zoom / zoom;
    return Camera.of({
      zoom,
      x: place.x + (this.x - place.x) * ratio,
      y: place.y + (this.y - place.y) * ratio,
    });
  }

  /** Moves the map on the screen, pixels. */
  panned(dx: number, dy: number, size: Size): Camera {
    const [sx, sy] = this.scale(size);
    return Camera.of({ zoom: this.zoom, x: this.x - dx / sx, y: this.y - dy / sy });
  }

  /** Moves as little as brings a place into view. */
  showing({ x, y }: Point, size: Size): Camera {
    const into = (at: number, length: number): number =>
      Math.max(margin - at, Math.min(0, length - margin - at));
    const [dx, dy] = [into(x, size.width), into(y, size.height)];
    return dx === 0 && dy === 0 ? this : this.panned(dx, dy, size);
  }

  private scale({ width, height }: Size): readonly [number, number] {
    return [Math.max(1, width - 2 * margin) * this.zoom, Math.max(1, height - 2 * margin) * this.zoom];
  }
}
