/** The canvas: as large as its element, in the theme's colours, drawn once a frame at most. */
import { onThemeChange } from '../../shared/themeChange';
import type { Size } from './camera';
import { readMapTheme, type MapTheme } from './mapTheme';
import { drawMap, type Scene } from './picture';
import { Sprites } from './sprites';

/** Points grow a little when the map comes near. */
const mostGrowth = 2;

/** What the painter does not know by itself. */
export type Content = Omit<Scene, 'size' | 'pixels' | 'theme' | 'sprites'> & { readonly zoom: number };

export class Painter {
  size: Size = { width: 0, height: 0 };
  /** Device pixels a CSS pixel, when the canvas got its size. */
  private pixels = 1;
  private theme: MapTheme | undefined;
  private sprites: { readonly of: Sprites; readonly scale: number } | undefined;
  private frame: number | undefined;
  private readonly stopListening: () => void;
  private readonly resized: ResizeObserver;

  /**
   * @param surface the canvas lies in it, and fills it
   * @param onSize the canvas has another size now: points have other places
   */
  constructor(
    private readonly surface: HTMLElement,
    private readonly canvas: HTMLCanvasElement,
    private readonly content: () => Content,
    private readonly onSize: () => void,
  ) {
    this.stopListening = onThemeChange(() => {
      this.theme = this.sprites = undefined;
      this.redraw();
    });
    this.resized = new ResizeObserver(() => this.measure());
    // Observing begins with the size as it is.
    this.resized.observe(surface);
  }

  dispose(): void {
    this.stopListening();
    this.resized.disconnect();
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
  }

  /** With the next frame, however often it is asked for. */
  redraw(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.draw();
    });
  }

  private measure(): void {
    const { width, height } = this.surface.getBoundingClientRect();
    const { canvas } = this;
    this.size = { width: Math.floor(width), height: Math.floor(height) };
    if (this.size.width === 0 || this.size.height === 0) return;
    // Whole pixels, or what is drawn would be blurred.
    canvas.style.width = `${this.size.width}px`;
    canvas.style.height = `${this.size.height}px`;
    this.pixels = devicePixelRatio;
    canvas.width = Math.round(this.size.width * this.pixels);
    canvas.height = Math.round(this.size.height * this.pixels);
    this.onSize();
    // A canvas that gets a size is empty: it would flicker until the next frame.
    this.draw();
  }

  private draw(): void {
    const context = this.canvas.getContext('2d');
    if (!context || this.size.width === 0) return;
    const { zoom, ...content } = this.content();
    this.theme ??= readMapTheme();
    const growth = Math.min(mostGrowth, Math.round(4 * zoom ** 0.2) / 4);
    const scale = this.pixels * growth;
    if (this.sprites?.scale !== scale) this.sprites = { of: new Sprites(this.theme, scale), scale };
    const { size, theme, pixels } = this;
    drawMap(context, { ...content, size, theme, pixels, sprites: this.sprites.of });
  }
}
