/** Draws the map. All of it each time: at ten thousand points that takes a few milliseconds. */
import type { Point, Points } from './geometry';
import type { Size } from './camera';
import type { MapTheme } from './mapTheme';
import type { StyledPoints } from './pointStyles';
import type { Sprite, Sprites } from './sprites';

/** A group's words, where its texts are. */
export interface GroupName extends Point {
  readonly name: string;
}

export interface Scene {
  readonly size: Size;
  /** Device pixels a CSS pixel. */
  readonly pixels: number;
  readonly theme: MapTheme;
  readonly sprites: Sprites;
  /** Places on the screen, CSS pixels. */
  readonly points: Points;
  /** In which order points are drawn: the last ones lie above. Without those that are gone. */
  readonly order: Uint32Array;
  readonly styled: StyledPoints;
  readonly selected: ReadonlySet<number>;
  readonly cursor: number | undefined;
  /** Around the cursor, CSS pixels; 0 without a circle. */
  readonly reach: number;
  readonly hovered: number | undefined;
  readonly lasso: readonly Point[];
  readonly names: readonly GroupName[];
}

export function drawMap(context: CanvasRenderingContext2D, scene: Scene): void {
  const { size, pixels } = scene;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, size.width * pixels, size.height * pixels);
  drawPoints(context, scene);
  context.setTransform(pixels, 0, 0, pixels, 0, 0);
  drawNames(context, scene);
  drawLasso(context, scene);
  drawCursor(context, scene);
}

function drawPoints(context: CanvasRenderingContext2D, scene: Scene): void {
  const { size, pixels, points, order, styled, sprites, selected, theme } = scene;
  const images = styled.styles.map((style) => sprites.point(style));
  const rings = styled.styles.map((style) => sprites.ring(style.radius));
  const put = (point: number, of: readonly Sprite[]): void => {
    const sprite = of[styled.style[point] as number];
    const x = points.x[point] as number;
    const y = points.y[point] as number;
    if (!sprite || x < -20 || y < -20 || x > size.width + 20 || y > size.height + 20) return;
    // On whole pixels a copy is a copy.
    context.drawImage(
      sprite.image,
      Math.round(x * pixels) - sprite.centre,
      Math.round(y * pixels) - sprite.centre,
    );
  };
  // Beside a selection the others step back; in high contrast nothing is see-through, and rings alone have to do.
  context.globalAlpha = selected.size > 0 && !theme.isHighContrast ? 0.4 : 1;
  for (const point of order) if (!selected.has(point)) put(point, images);
  context.globalAlpha = 1;
  for (const point of order) {
    if (!selected.has(point)) continue;
    put(point, rings);
    put(point, images);
  }
}

/** Names of groups, the largest first; one that would lie on another is left out. */
function drawNames(context: CanvasRenderingContext2D, { names, theme, size }: Scene): void {
  const height = 18;
  const taken: { left: number; right: number; y: number }[] = [];
  context.font = `600 12px ${theme.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 4;
  context.strokeStyle = theme.background;
  context.fillStyle = theme.text;
  for (const { name, x, y } of names) {
    const half = context.measureText(name).width / 2 + 6;
    const [left, right] = [x - half, x + half];
    if (left < 0 || right > size.width || y < height || y > size.height - height) continue;
    if (taken.some((o) => left < o.right && right > o.left && Math.abs(y - o.y) < height)) continue;
    taken.push({ left, right, y });
    context.strokeText(name, x, y);
    context.fillText(name, x, y);
  }
}

function drawLasso(context: CanvasRenderingContext2D, { lasso, theme }: Scene): void {
  const [first, ...others] = lasso;
  if (!first) return;
  context.beginPath();
  context.moveTo(first.x, first.y);
  for (const { x, y } of others) context.lineTo(x, y);
  context.closePath();
  if (!theme.isHighContrast) {
    context.globalAlpha = 0.12;
    context.fillStyle = theme.focus;
    context.fill();
    context.globalAlpha = 1;
  }
  line(context, theme, [5, 3]);
}

function drawCursor(context: CanvasRenderingContext2D, scene: Scene): void {
  const { points, cursor, hovered, reach, styled, theme } = scene;
  for (const point of new Set([hovered, cursor])) {
    if (point === undefined) continue;
    const [x, y] = [points.x[point] as number, points.y[point] as number];
    const radius = styled.styles[styled.style[point] as number]?.radius ?? 4;
    context.beginPath();
    context.arc(x, y, radius + 5.5, 0, 2 * Math.PI);
    line(context, theme, []);
  }
  if (cursor === undefined || reach === 0) return;
  context.beginPath();
  context.arc(points.x[cursor] as number, points.y[cursor] as number, reach, 0, 2 * Math.PI);
  line(context, theme, [5, 3]);
}

/** Seen on points of any colour: in the text's colour, on a broader one of the background's. */
function line(context: CanvasRenderingContext2D, theme: MapTheme, dash: number[]): void {
  context.lineWidth = 4;
  context.strokeStyle = theme.background;
  context.stroke();
  context.setLineDash(dash);
  context.lineWidth = 2;
  context.strokeStyle = theme.text;
  context.stroke();
  context.setLineDash([]);
}
