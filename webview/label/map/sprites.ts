/** Points drawn once: ten thousand copies of a small picture cost a fraction of ten thousand paths. */
import type { MapTheme } from './mapTheme';
import type { PointStyle } from './pointStyles';
import { shapePaths } from './shapes';

export interface Sprite {
  readonly image: ImageBitmap;
  /** From its left upper corner to the point, device pixels. */
  readonly centre: number;
}

const edge = 1;
const hollowLine = 1.6;
const ringGap = 1.8;
const ringLine = 1.3;

export class Sprites {
  private readonly known = new Map<string, Sprite>();

  /** @param scale device pixels a CSS pixel, times how much larger points are drawn */
  constructor(
    private readonly theme: MapTheme,
    private readonly scale: number,
  ) {}

  point(style: PointStyle): Sprite {
    const { shape, colour, isHollow, radius } = style;
    return this.sprite(`${shape} ${colour} ${isHollow} ${radius}`, radius + edge, (context) => {
      const path = new Path2D();
      path.addPath(new Path2D(shapePaths[shape]), new DOMMatrix().scale(radius));
      const { theme } = this;
      // Each point has an edge in the background's colour, so that one on another is seen.
      context.strokeStyle = theme.background;
      context.lineWidth = 2 * edge;
      context.stroke(path);
      if (isHollow) {
        context.fillStyle = theme.background;
        context.fill(path);
        context.strokeStyle = theme.colour(colour);
        context.lineWidth = hollowLine;
        context.stroke(path);
      } else {
        context.fillStyle = theme.colour(colour);
        context.fill(path);
      }
    });
  }

  /** Around a selected point. */
  ring(radius: number): Sprite {
    const outer = radius + ringGap;
    return this.sprite(`ring ${radius}`, outer + ringLine, (context) => {
      context.strokeStyle = this.theme.text;
      context.lineWidth = ringLine;
      context.beginPath();
      context.arc(0, 0, outer, 0, 2 * Math.PI);
      context.stroke();
    });
  }

  private sprite(
    key: string,
    extent: number,
    draw: (context: OffscreenCanvasRenderingContext2D) => void,
  ): Sprite {
    const known = this.known.get(key);
    if (known) return known;
    const centre = Math.ceil((extent + 1) * this.scale);
    const canvas = new OffscreenCanvas(2 * centre, 2 * centre);
    const context = canvas.getContext('2d');
    context?.setTransform(this.scale, 0, 0, this.scale, centre, centre);
    if (context) draw(context);
    const sprite = { image: canvas.transferToImageBitmap(), centre };
    this.known.set(key, sprite);
    return sprite;
  }
}
