/** What the pointer does on the map: draws a lasso, moves the map, nears it, points at a place. */
import type { Point } from './geometry';
import type { Choice } from './selection';

/** What dragging with the main button does. */
export type DragMode = 'lasso' | 'move';

export interface GestureWishes {
  readonly mode: () => DragMode;
  /** As it is drawn; empty when it is given up. */
  readonly lasso: (outline: readonly Point[]) => void;
  readonly lassoed: (outline: readonly Point[], choice: Choice) => void;
  readonly pan: (dx: number, dy: number) => void;
  readonly zoom: (factor: number, at: Point) => void;
  /** @param isChoice a key is held that says: select it, do not open it */
  readonly click: (at: Point, isChoice: boolean) => void;
  /** Undefined when the pointer leaves. */
  readonly hover: (at: Point | undefined) => void;
}

/** A hand that presses trembles so far, CSS pixels. */
const stillPixels = 4;
const lassoStep = 2;
const zoomOfPixel = 0.002;
const pixelsOfLine = 16;
/** A pinch on a touch pad comes as a wheel with Ctrl, in small steps. */
const pinch = 5;

type Drag =
  { readonly what: 'lasso'; readonly outline: Point[] } | { readonly what: 'move'; readonly last: Point };

export class Gestures {
  private pressed: { readonly at: Point; readonly button: number } | undefined;
  private drag: Drag | undefined;

  constructor(
    private readonly surface: HTMLElement,
    private readonly wishes: GestureWishes,
  ) {
    surface.addEventListener('pointerdown', this.onDown);
    surface.addEventListener('pointermove', this.onMove);
    surface.addEventListener('pointerup', this.onUp);
    surface.addEventListener('pointercancel', () => this.giveUp());
    surface.addEventListener('pointerleave', () => this.wishes.hover(undefined));
    surface.addEventListener('wheel', this.onWheel, { passive: false });
    // The right button moves the map.
    surface.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  /** @returns whether there was something to give up */
  giveUp(): boolean {
    const wasDragging = this.drag !== undefined;
    this.pressed = this.drag = undefined;
    if (wasDragging) this.wishes.lasso([]);
    return wasDragging;
  }

  private readonly onDown = (event: PointerEvent): void => {
    if (this.pressed) return;
    this.surface.setPointerCapture(event.pointerId);
    this.pressed = { at: this.placeOf(event), button: event.button };
  };

  private readonly onMove = (event: PointerEvent): void => {
    const at = this.placeOf(event);
    const { pressed } = this;
    if (!pressed) return this.wishes.hover(at);
    if (!this.drag) {
      if (Math.hypot(at.x - pressed.at.x, at.y - pressed.at.y) < stillPixels) return;
      const isLasso = pressed.button === 0 && this.wishes.mode() === 'lasso';
      this.drag = isLasso ? { what: 'lasso', outline: [pressed.at] } : { what: 'move', last: pressed.at };
      this.wishes.hover(undefined);
    }
    if (this.drag.what === 'move') {
      this.wishes.pan(at.x - this.drag.last.x, at.y - this.drag.last.y);
      this.drag = { what: 'move', last: at };
      return;
    }
    const { outline } = this.drag;
    const last = outline.at(-1) ?? at;
    if (Math.hypot(at.x - last.x, at.y - last.y) >= lassoStep) outline.push(at);
    this.wishes.lasso(outline);
  };

  private readonly onUp = (event: PointerEvent): void => {
    const { pressed, drag } = this;
    this.giveUp();
    if (!pressed) return;
    const isChoice = event.shiftKey || event.altKey || event.ctrlKey || event.metaKey;
    if (drag?.what === 'lasso') {
      const choice = event.altKey ? 'without' : isChoice ? 'and' : 'instead';
      this.wishes.lassoed([...drag.outline, this.placeOf(event)], choice);
    } else if (!drag && pressed.button === 0) this.wishes.click(pressed.at, isChoice);
  };

  private readonly onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : pixelsOfLine;
    const turned = event.deltaY * pixels * (event.ctrlKey ? pinch : 1);
    this.wishes.zoom(Math.exp(-turned * zoomOfPixel), this.placeOf(event));
  };

  private placeOf({ clientX, clientY }: MouseEvent): Point {
    const { left, top } = this.surface.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }
}
