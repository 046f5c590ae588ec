/** The frame of a chart of a few points: axes, their names and hairlines, drawn as elements so that the theme colours them. */
import { html, svg } from 'lit';
import type { SVGTemplateResult, TemplateResult } from 'lit';

interface PlotAxis {
  readonly name: string;
  readonly range: readonly [from: number, to: number];
  readonly format: (value: number) => string;
}

export interface PlotSpec {
  /** What a screen reader says of it; the table beside it has the numbers. */
  readonly summary: string;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
}

/** Places in the drawing, of values. */
export interface Placing {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** In the drawing's own units: pixels, where there is room for all of it. */
export const box = { width: 460, height: 260, left: 54, right: 16, top: 10, bottom: 38 } as const;

export function plot({ summary, x, y }: PlotSpec, marks: (at: Placing) => unknown): TemplateResult {
  const [right, bottom] = [box.width - box.right, box.height - box.bottom];
  const at: Placing = { x: scale(x.range, box.left, right), y: scale(y.range, bottom, box.top) };
  return html`
    <svg class="drawing" viewBox="0 0 ${box.width} ${box.height}" role="img" aria-label=${summary}>
      ${ticks(...y.range).map(
        (value) =>
          svg`<line class="grid" x1=${box.left} x2=${right} y1=${at.y(value)} y2=${at.y(value)}></line>
            <text class="tick" x=${box.left - 6} y=${at.y(value)} dy="0.35em" text-anchor="end">${y.format(value)}</text>`,
      )}
      ${ticks(...x.range).map(
        (value) =>
          svg`<line class="axis" x1=${at.x(value)} x2=${at.x(value)} y1=${bottom} y2=${bottom + 4}></line>
            <text class="tick" x=${at.x(value)} y=${bottom + 16} text-anchor="middle">${x.format(value)}</text>`,
      )}
      <line class="axis" x1=${box.left} x2=${right} y1=${bottom} y2=${bottom}></line>
      <text class="tick" x=${right} y=${box.height - 4} text-anchor="end">${x.name}</text>
      <text class="tick" x="11" y=${box.top} text-anchor="end" transform="rotate(-90 11 ${box.top})">
        ${y.name}
      </text>
      ${marks(at)}
    </svg>
  `;
}

/** A line through points; its dashes and colour are the style sheet's. */
export function path(name: string, points: readonly (readonly [x: number, y: number])[]): SVGTemplateResult {
  return svg`<polyline class=${name} points=${points.map((point) => point.join(',')).join(' ')}></polyline>`;
}

function scale([from, to]: readonly [number, number], start: number, end: number): Placing['x'] {
  return (value) => round(start + ((value - from) / (to - from || 1)) * (end - start));
}

/** Four to eight round numbers. */
export function ticks(from: number, to: number): number[] {
  const rough = (to - from) / 5;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = magnitude * ([1, 2, 5].find((factor) => factor * magnitude >= rough * 0.75) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  // So that 0.1 + 0.2 is 0.3.
  return Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
