/** Shapes of points: with them labels are told apart without their colours. Path data around 0, about one unit in radius. */

export const shapePaths = {
  circle: 'M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z',
  square: 'M-.88-.88H.88V.88H-.88Z',
  triangle: 'M0-1.15L1.1.8H-1.1Z',
  diamond: 'M0-1.25L1.1 0L0 1.25L-1.1 0Z',
  plus: 'M-.38-1.1H.38V-.38H1.1V.38H.38V1.1H-.38V.38H-1.1V-.38H-.38Z',
  pointDown: 'M0 1.15L1.1-.8H-1.1Z',
  hourglass: 'M-.95-1.05H.95L.2 0L.95 1.05H-.95L-.2 0Z',
  star: 'M0-1.3L.35-.48L1.24-.4L.57.18L.76 1.05L0 .6L-.76 1.05L-.57.18L-1.24-.4L-.35-.48Z',
  cross: 'M-1-.66L-.66-1L0-.34L.66-1L1-.66L.34 0L1 .66L.66 1L0 .34L-.66 1L-1 .66L-.34 0Z',
  dash: 'M-1-.34H1V.34H-1Z',
} as const;

export type Shape = keyof typeof shapePaths;

/** In an order in which neighbours look least alike. The last two are no label's. */
const ofLabels: readonly Shape[] = [
  'circle',
  'square',
  'triangle',
  'diamond',
  'plus',
  'pointDown',
  'hourglass',
  'star',
];

/** @param position of the label in its set: labels that share a colour, eight apart, have other shapes */
export function shapeOf(position: number): Shape {
  const { length } = ofLabels;
  return ofLabels[(position + Math.floor(position / length)) % length] ?? 'circle';
}
