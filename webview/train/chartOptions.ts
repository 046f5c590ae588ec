/** uPlot's settings: hairlines, tabular ticks, and each line's name at its end instead of a key to look up. */
import type uPlot from 'uplot';
import type { Curve } from './curves';
import { spreadLabels } from './curves';
import { whole } from './format';
import type { LineStyle } from './lineStyle';
import { lineStyle } from './lineStyle';
import type { ChartTheme } from './theme';

/** What one chart shows. */
export interface ChartSpec {
  readonly title: string;
  readonly curves: readonly Curve[];
  /** Right end of the step axis at least: the length of a running stage, so that nothing is rescaled as lines grow. */
  readonly lastStep: number;
  readonly range: (low: number | null, high: number | null) => [number, number];
  readonly format: (value: number) => string;
}

/** What uPlot's callbacks look at when they draw; replaced in place, so that the plot itself is made only once. */
export interface Drawing {
  spec: ChartSpec;
  theme: ChartTheme;
  readonly styles: readonly LineStyle[];
}

export function drawingOf(spec: ChartSpec, theme: ChartTheme): Drawing {
  return { spec, theme, styles: spec.curves.map(({ id }, position) => lineStyle(id, position)) };
}

/** Room for the names at the right, in CSS pixels. */
const labelWidth = 72;
const labelHeight = 14;

/** @param onStep hears the row under the pointer, or null when it left */
export function chartOptions(
  drawing: Drawing,
  width: number,
  height: number,
  onStep: (row: number | null | undefined) => void,
): uPlot.Options {
  return {
    width,
    height,
    padding: [8, labelWidth, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { size: 6, width: 2 },
      sync: { key: 'nanonet-train', setSeries: false },
    },
    scales: {
      x: {
        time: false,
        range: (_plot, _low, high) => [0, Math.max(1, drawing.spec.lastStep, high ?? 0)],
      },
      y: { range: (_plot, low, high) => drawing.spec.range(low, high) },
    },
    axes: [stepAxis(drawing), valueAxis(drawing)],
    series: [
      {},
      ...drawing.styles.map((style): uPlot.Series => ({
        stroke: () => drawing.theme.line(style),
        width: style.width,
        dash: [...style.dash],
        spanGaps: true,
        points: { show: false },
      })),
    ],
    hooks: {
      draw: [(plot) => drawLineEnds(plot, drawing)],
      setLegend: [(plot) => onStep(plot.cursor.idx)],
    },
  };
}

function stepAxis(drawing: Drawing): uPlot.Axis {
  return {
    font: drawing.theme.font,
    stroke: () => drawing.theme.faint,
    size: 26,
    gap: 6,
    space: 64,
    incrs: [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000],
    values: (_plot, steps) => steps.map(whole),
    grid: { show: false },
    ticks: { show: true, size: 4, width: 1, stroke: () => drawing.theme.grid },
    border: { show: true, width: 1, stroke: () => drawing.theme.grid },
  };
}

function valueAxis(drawing: Drawing): uPlot.Axis {
  return {
    font: drawing.theme.font,
    stroke: () => drawing.theme.faint,
    size: 38,
    gap: 6,
    space: 36,
    // The formats differ, the number of digits of a tick does not: 0.25 is as long as 0.3 is short.
    values: (_plot, values) => values.map((value) => (value === 0 ? '0' : String(Number(value.toFixed(3))))),
    grid: { show: true, width: 1, dash: [1, 3], stroke: () => drawing.theme.grid },
    ticks: { show: false },
  };
}

/** A dot at each line's newest point and the model's name beside it, moved apart where lines meet. */
function drawLineEnds(plot: uPlot, { spec, theme, styles }: Drawing): void {
  const ratio = plot.ctx.canvas.width / plot.width;
  const ends = spec.curves.flatMap(({ name, points }, index) => {
    const point = points.at(-1);
    const style = styles[index];
    if (point === undefined || style === undefined) return [];
    const [x, y] = [plot.valToPos(point[0], 'x', true), plot.valToPos(point[1], 'y', true)];
    return [{ name, x, y, colour: theme.line(style) }];
  });
  const { top, height } = plot.bbox;
  const wanted = ends.map(({ y }) => y);
  const centres = spreadLabels(wanted, labelHeight * ratio, top - 4 * ratio, top + height + 4 * ratio);

  const { ctx } = plot;
  ctx.save();
  ctx.font = theme.font.replace(/^\d+/, (size) => String(Number(size) * ratio));
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.setLineDash([]);
  // The names stand in one column, right of the newest line end, so that they never cover a line.
  const column = Math.max(...ends.map(({ x }) => x)) + 12 * ratio;
  ends.forEach(({ name, x, y, colour }, index) => {
    const centre = centres[index] ?? y;
    ctx.fillStyle = colour;
    ctx.beginPath();
    ctx.arc(x, y, 3 * ratio, 0, 2 * Math.PI);
    ctx.fill();
    // Where names were moved apart, a hairline leads from the point to its own.
    ctx.strokeStyle = theme.grid;
    ctx.lineWidth = ratio;
    ctx.beginPath();
    ctx.moveTo(x + 4 * ratio, y);
    ctx.lineTo(column - 3 * ratio, centre);
    ctx.stroke();
    ctx.fillStyle = theme.text;
    ctx.fillText(name, column, centre);
  });
  ctx.restore();
}
