import { LitElement, html } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { MapMarks, PanelLabel, PanelMap } from '../../../extension/protocol/labelPanelApi';
import { noLabel } from '../../../extension/protocol/labelPanelApi';
import { words } from '../words';
import { Camera } from './camera';
import { Circle } from './circle';
import type { Point, Points } from './geometry';
import { insideOf, nearestTo, nearestTowards } from './geometry';
import { Gestures, type DragMode } from './gestures';
import { groupPlaces, type GroupPlace } from './groupPlaces';
import type { MapAction } from './mapKeys';
import { Painter, type Content } from './painter';
import { stylePoints, type ColourBy, type StyledPoints } from './pointStyles';
import { toggled, type Choice } from './selection';

export interface MapWishes {
  readonly select: (points: readonly number[], choice: Choice) => void;
  readonly open: (point: number) => void;
  /** The pointer or the cursor is on a point, or on none any more. */
  readonly attend: (point: number | undefined, place: Point, by: 'pointer' | 'cursor') => void;
  readonly speak: (sentence: string) => void;
  readonly moved: (camera: Camera) => void;
}

/** How near the pointer has to come to a point, CSS pixels. */
const pointerReach = 12;
/** A far step of the cursor, as a part of the screen. */
const farStep = 1 / 6;
const zoomStep = 1.5;
/** Nearer than this, groups' names would hide the few points that are left. */
const namesUpTo = 4;

/** The picture of the map, and what pointer and keys do on it. The selection is its owner's. */
@customElement('nanonet-map')
export class NanonetMap extends LitElement {
  @property({ attribute: false }) declare map: PanelMap;
  @property({ attribute: false }) declare marks: MapMarks;
  @property({ attribute: false }) declare labels: readonly PanelLabel[];
  @property({ attribute: false }) declare by: ColourBy;
  @property({ attribute: false }) declare mode: DragMode;
  @property({ attribute: false }) declare selected: ReadonlySet<number>;
  @property({ attribute: false }) declare camera: Camera;
  @property({ attribute: false }) declare wishes: MapWishes;

  private painter: Painter | undefined;
  private gestures: Gestures | undefined;
  /** On the map, and on the screen. */
  private places: Points = columns(0);
  private points: Points = columns(0);
  private groups: readonly GroupPlace[] = [];
  private styled: StyledPoints = { styles: [], style: new Uint16Array() };
  private order = new Uint32Array();
  private lasso: readonly Point[] = [];
  private hovered: number | undefined;
  private cursor: number | undefined;
  private readonly circle = new Circle();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.painter?.dispose();
  }

  protected override render(): TemplateResult {
    return html`
      <div
        class="map-surface ${this.mode === 'move' ? 'moves' : ''}"
        tabindex="0"
        role="application"
        aria-roledescription=${words.map.map}
        aria-label=${words.map.picture(this.map.ids.length)}
        aria-describedby="map-hint"
      >
        <canvas aria-hidden="true"></canvas>
      </div>
    `;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('map')) {
      this.places = { x: Float32Array.from(this.map.x), y: Float32Array.from(this.map.y) };
      this.points = columns(this.map.ids.length);
      this.groups = groupPlaces(this.map);
      this.hovered = this.cursor = undefined;
      this.circle.close();
    }
    if (changed.has('marks') || changed.has('labels') || changed.has('by')) {
      this.styled = stylePoints(this.marks, this.labels, this.by);
      this.order = orderOf(this.marks);
    }
  }

  protected override firstUpdated(): void {
    const { surface } = this;
    const canvas = surface.querySelector('canvas') as HTMLCanvasElement;
    this.painter = new Painter(
      surface,
      canvas,
      () => this.content(),
      () => this.project(),
    );
    this.gestures = new Gestures(surface, {
      mode: () => this.mode,
      lasso: (outline) => {
        this.lasso = outline;
        this.painter?.redraw();
      },
      lassoed: (outline, choice) => this.wishes.select(insideOf(this.points, outline, this.counts), choice),
      pan: (dx, dy) => this.look(this.camera.panned(dx, dy, this.size)),
      zoom: (factor, at) => this.look(this.camera.zoomed(factor, at, this.size)),
      click: (at, isChoice) => this.choose(at, isChoice),
      hover: (at) => this.hover(at),
    });
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('map') || changed.has('camera')) this.project();
    this.painter?.redraw();
  }

  /** The keys work from here. */
  override focus(): void {
    void this.updateComplete.then(() => this.surface.focus({ preventScroll: true }));
  }

  /** What a key on the map asks for. */
  act(action: MapAction): void {
    const { width, height } = this.size;
    const at = this.cursor === undefined ? { x: width / 2, y: height / 2 } : this.placeOf(this.cursor);
    switch (action.do) {
      case 'in':
        return this.look(this.camera.zoomed(zoomStep, at, this.size));
      case 'out':
        return this.look(this.camera.zoomed(1 / zoomStep, at, this.size));
      case 'whole':
        return this.look(Camera.whole);
    }
    const { cursor } = this;
    // The first key brings the cursor.
    if (cursor === undefined) return this.goTo(nearestTo(this.points, at, this.counts));
    switch (action.do) {
      case 'go': {
        const { direction, far } = action;
        const isFlat = direction === 'left' || direction === 'right';
        const step = far ? farStep * (isFlat ? width : height) : 0;
        const found = nearestTowards(this.points, at, direction, this.counts, step);
        return found === undefined ? this.wishes.speak(words.map.noFurther) : this.goTo(found);
      }
      case 'open':
        return this.wishes.open(cursor);
      case 'grow':
      case 'shrink':
        this.circle[action.do](this.order.length);
        this.hold();
        return this.wishes.speak(words.map.nearest(this.circle.points.length));
      case 'toggle': {
        const { points } = this.circle;
        const isMore = toggled(this.selected, points).size > this.selected.size;
        return this.wishes.select(points, isMore ? 'and' : 'without');
      }
    }
  }

  /** Gives up the lasso that is being drawn, or the circle. @returns whether there was one */
  escape(): boolean {
    if (this.gestures?.giveUp()) return true;
    const wasOpen = this.circle.isOpen;
    this.circle.close();
    this.hold();
    return wasOpen;
  }

  /** Puts the cursor on a point and shows it. */
  goTo(point: number | undefined): void {
    if (point === undefined) return;
    this.cursor = point;
    this.hovered = undefined;
    this.look(this.camera.showing(this.placeOf(point), this.size));
    this.hold();
    this.wishes.attend(point, this.placeOf(point), 'cursor');
  }

  private choose(at: Point, isChoice: boolean): void {
    const point = nearestTo(this.points, at, this.counts, pointerReach);
    if (point === undefined) return isChoice ? undefined : this.wishes.select([], 'instead');
    if (!isChoice) return this.wishes.open(point);
    this.wishes.select([point], this.selected.has(point) ? 'without' : 'and');
  }

  private hover(at: Point | undefined): void {
    const point = at && nearestTo(this.points, at, this.counts, pointerReach);
    if (at && point === this.hovered) return;
    this.hovered = point;
    this.wishes.attend(point, this.placeOf(point ?? -1), 'pointer');
    this.painter?.redraw();
  }

  private look(camera: Camera): void {
    const { zoom, x, y } = this.camera;
    if (camera.zoom === zoom && camera.x === x && camera.y === y) return;
    this.hover(undefined);
    this.camera = camera;
    // At once: what comes next asks where points are.
    this.project();
    this.wishes.moved(camera);
  }

  private hold(): void {
    this.circle.hold(this.points, this.cursor, this.counts);
    this.painter?.redraw();
  }

  private project(): void {
    this.camera.project(this.places, this.size, this.points);
  }

  private content(): Content {
    const { points, order, styled, selected, cursor, hovered, lasso, camera } = this;
    const isNear = camera.zoom > namesUpTo;
    return {
      ...{ points, order, styled, selected, cursor, hovered, lasso, zoom: camera.zoom },
      reach: cursor === undefined ? 0 : this.circle.radius(points, cursor),
      names: isNear
        ? []
        : this.groups.map((group) => ({ ...camera.projected(group, this.size), name: group.name })),
    };
  }

  private get size(): Painter['size'] {
    return this.painter?.size ?? { width: 0, height: 0 };
  }

  private placeOf(point: number): Point {
    return { x: this.points.x[point] ?? 0, y: this.points.y[point] ?? 0 };
  }

  private readonly counts = (point: number): boolean => this.marks.given[point] !== noLabel.gone;

  private get surface(): HTMLElement {
    return this.querySelector<HTMLElement>('.map-surface') as HTMLElement;
  }
}

function columns(length: number): Points {
  return { x: new Float32Array(length), y: new Float32Array(length) };
}

/** What is open lies below, what is labelled above; what is gone is not there. */
function orderOf({ given }: MapMarks): Uint32Array<ArrayBuffer> {
  const of = (isIt: (mark: number) => boolean): number[] =>
    [...given.keys()].filter((point) => isIt(given[point] as number));
  const below = of((mark) => mark < 0 && mark !== noLabel.gone);
  return Uint32Array.from([...below, ...of((mark) => mark >= 0)]);
}

declare global {
  interface HTMLElementTagNameMap {
    'nanonet-map': NanonetMap;
  }
}
