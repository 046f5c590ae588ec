import { describe, expect, it } from 'vitest';
import { Camera } from '../../../webview/label/map/camera';
import { Circle } from '../../../webview/label/map/circle';
import {
  insideOf,
  isInside,
  nearestOf,
  nearestTo,
  nearestTowards,
  type Direction,
  type Points,
} from '../../../webview/label/map/geometry';

const points = (...places: readonly (readonly [number, number])[]): Points => ({
  x: Float32Array.from(places, ([x]) => x),
  y: Float32Array.from(places, ([, y]) => y),
});
const corners = (...places: readonly (readonly [number, number])[]) => places.map(([x, y]) => ({ x, y }));
const all = (): boolean => true;

/** A seeded cloud, whole numbers of 0 to 99. */
const cloud = points(
  ...Array.from({ length: 500 }, (_, at) => [(at * 37) % 100, (at * at * 13) % 97] as const),
);

describe('a lasso', () => {
  const notch = corners([0, 0], [10, 0], [10, 10], [5, 2], [0, 10]);

  it('holds what is inside of it, also where it is bent inwards', () => {
    expect(isInside({ x: 1, y: 5 }, notch)).toBe(true);
    expect(isInside({ x: 5, y: 5 }, notch)).toBe(false);
    expect(isInside({ x: 9, y: 5 }, notch)).toBe(true);
    expect(isInside({ x: 5, y: 1 }, notch)).toBe(true);
    expect(isInside({ x: 11, y: 5 }, notch)).toBe(false);
    expect(isInside({ x: 5, y: -1 }, notch)).toBe(false);
  });

  it('holds nothing while it has no area', () => {
    expect(isInside({ x: 1, y: 1 }, [])).toBe(false);
    expect(isInside({ x: 1, y: 1 }, corners([1, 1]))).toBe(false);
    expect(isInside({ x: 1, y: 1 }, corners([0, 0], [2, 2]))).toBe(false);
  });

  it('shares the plane out: of two that meet in a line, one holds a point on it', () => {
    const left = corners([0, 0], [5, 0], [5, 10], [0, 10]);
    const right = corners([5, 0], [10, 0], [10, 10], [5, 10]);
    for (const y of [0, 2.5, 9]) {
      const held = [left, right].filter((polygon) => isInside({ x: 5, y }, polygon));
      expect(held, `y ${y}`).toHaveLength(1);
    }
  });

  it('finds of a cloud just what lies in a rectangle, and of that what counts', () => {
    const rectangle = corners([20.5, 10.5], [60.5, 10.5], [60.5, 40.5], [20.5, 40.5]);
    const expected = [...cloud.x.keys()].filter((at) => {
      const [x = 0, y = 0] = [cloud.x[at], cloud.y[at]];
      return x > 20.5 && x < 60.5 && y > 10.5 && y < 40.5;
    });
    expect(expected.length).toBeGreaterThan(20);
    expect(insideOf(cloud, rectangle, all)).toEqual(expected);
    expect(insideOf(cloud, rectangle, (at) => at % 2 === 0)).toEqual(expected.filter((at) => at % 2 === 0));
  });
});

describe('the nearest point', () => {
  const cross = points([0, 0], [3, 1], [-2, 0], [1, 4], [0, -6], [0, 0]);

  it('is found within reach', () => {
    expect(nearestTo(cross, { x: 2, y: 1 }, all)).toBe(1);
    expect(nearestTo(cross, { x: 50, y: 50 }, all, 10)).toBeUndefined();
    expect(nearestTo(cross, { x: 0, y: 0 }, (at) => at !== 0)).toBe(5);
  });

  it.each<[Direction, number]>([
    ['right', 1],
    ['left', 2],
    ['down', 3],
    ['up', 4],
  ])('lies %s', (direction, expected) => {
    expect(nearestTowards(cross, { x: 0, y: 0 }, direction, all)).toBe(expected);
  });

  it('is not one in the same place, and not one that is too near', () => {
    expect(nearestTowards(points([1, 1], [1, 1]), { x: 1, y: 1 }, 'right', all)).toBeUndefined();
    const row = points([1, 0], [5, 0], [9, 0]);
    expect(nearestTowards(row, { x: 0, y: 0 }, 'right', all, 4)).toBe(1);
  });

  it('reaches every place of a cloud from any other by arrows', () => {
    const key = (at: number): string => `${cloud.x[at]},${cloud.y[at]}`;
    const reached = new Set([key(0)]);
    const waiting = [0];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (const direction of ['left', 'right', 'up', 'down'] as const) {
        const place = { x: cloud.x[at] ?? 0, y: cloud.y[at] ?? 0 };
        const next = nearestTowards(cloud, place, direction, all);
        if (next === undefined || reached.has(key(next))) continue;
        reached.add(key(next));
        waiting.push(next);
      }
    }
    expect(reached.size).toBe(new Set([...cloud.x.keys()].map(key)).size);
  });

  it('comes first of the nearest few', () => {
    expect(nearestOf(cross, { x: 0, y: 0 }, 3, all)).toEqual([0, 5, 2]);
    expect(nearestOf(cross, { x: 0, y: 0 }, 99, all)).toHaveLength(6);
  });
});

it('a circle grows to as many points as there are, and its edge is behind the last one', () => {
  const row = points([0, 0], [1, 0], [2, 0], [3, 0]);
  const circle = new Circle();
  circle.hold(row, 0, all);
  expect([circle.points, circle.radius(row, 0)]).toEqual([[0], 0]);
  for (let step = 0; step < 9; step += 1) circle.grow(4);
  circle.hold(row, 0, all);
  expect(circle.points).toEqual([0, 1, 2, 3]);
  expect(circle.radius(row, 0)).toBeGreaterThan(3);
});

describe('the camera', () => {
  const size = { width: 800, height: 400 };
  const square = points([0, 0], [1, 1], [0.25, 0.75]);
  const seen = (camera: Camera): Points => {
    const to = points([0, 0], [0, 0], [0, 0]);
    camera.project(square, size, to);
    return to;
  };

  it('sees the whole map within the screen', () => {
    const { x, y } = seen(Camera.whole);
    expect([x[0], y[0]]).toEqual([24, 24]);
    expect([x[1], y[1]]).toEqual([size.width - 24, size.height - 24]);
  });

  it('comes nearer to what is under the pointer, which stays there', () => {
    const pointer = { x: 300, y: 250 };
    const place = Camera.whole.unproject(pointer, size);
    const near = Camera.whole.zoomed(3, pointer, size).zoomed(2, pointer, size);
    expect(near.zoom).toBe(6);
    const again = near.projected(place, size);
    expect(again.x).toBeCloseTo(pointer.x, 6);
    expect(again.y).toBeCloseTo(pointer.y, 6);
  });

  it('never leaves the map, nor comes nearer than is of use', () => {
    const far = Camera.whole.zoomed(4, { x: 400, y: 200 }, size).panned(1e6, -1e6, size);
    expect([far.x, far.y]).toEqual([0.125, 0.875]);
    expect(Camera.whole.zoomed(1e9, { x: 0, y: 0 }, size).zoom).toBe(200);
    expect(Camera.whole.zoomed(0.1, { x: 0, y: 0 }, size)).toEqual(Camera.whole);
    expect(Camera.whole.panned(50, 50, size)).toEqual(Camera.whole);
  });

  it('moves just so far that a point is in view', () => {
    const near = Camera.whole.zoomed(4, { x: 400, y: 200 }, size);
    const moved = near.showing(near.projected({ x: 0.9, y: 0.5 }, size), size);
    expect(moved.projected({ x: 0.9, y: 0.5 }, size)).toEqual({ x: size.width - 24, y: 200 });
    expect(moved.showing({ x: 400, y: 200 }, size)).toBe(moved);
  });
});
