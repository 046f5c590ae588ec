/** The map on the panel: asks the host for it, knows what is selected, and says labels of that. */
import { CancelledError } from '../../../extension/protocol/appError';
import type {
  ListedText,
  MapMarks,
  MapProgress,
  PanelMap,
  PanelSaying,
} from '../../../extension/protocol/labelPanelApi';
import type { Talk } from '../talk';
import type { ToolScreen } from '../tools';
import { words } from '../words';
import { Camera } from './camera';
import type { Point } from './geometry';
import type { DragMode } from './gestures';
import type { ColourBy } from './pointStyles';
import { chosen, countsOf, toggled, type Choice, type SelectionCounts } from './selection';

/** A point that the pointer or the cursor is on. */
export interface Attended {
  readonly point: number;
  readonly place: Point;
  readonly text: ListedText | undefined;
}

const rememberMs = 250;
/** A pointer on its way over many points asks for none of their texts; a cursor that is held down speaks of none. */
const restMs = { pointer: 60, cursor: 150 };
/** Of the selection, so many texts are listed. */
export const longestList = 100;

export class MapDesk {
  map: PanelMap | undefined;
  marks: MapMarks | undefined;
  /** While a map is being made. */
  progress: MapProgress | undefined;
  by: ColourBy = 'label';
  mode: DragMode = 'lasso';
  camera = Camera.whole;
  selected: ReadonlySet<number> = new Set();
  /** Texts of the selection that are decided get the label too. */
  alsoDecided = false;
  attended: Attended | undefined;
  /** The first texts of the selection, with their points. */
  listed: readonly { readonly point: number; readonly text: ListedText }[] = [];
  /** What became of the last label, one sentence. */
  outcome: string | undefined;

  private drawing: AbortController | undefined;
  private isSaying = false;
  private asking: Promise<void> | undefined;
  private askAgain = false;
  private restTimer: ReturnType<typeof setTimeout> | undefined;
  private memoryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly talk: Talk,
    private readonly screen: Pick<ToolScreen, 'changed' | 'focusDesk'>,
  ) {}

  /** Hears how far a map is. */
  connect(): void {
    this.talk.host?.client.on('label/mapProgress', (progress) => {
      if (this.drawing) this.update({ progress });
    });
  }

  get isDrawing(): boolean {
    return this.drawing !== undefined;
  }

  get counts(): SelectionCounts | undefined {
    return this.marks && countsOf(this.selected, this.marks);
  }

  /** Whatever the host has by now. */
  async show(): Promise<void> {
    if (!this.map) return this.draw();
    await this.refresh();
    this.screen.focusDesk();
  }

  /** @param want see 'label/map' */
  async draw(want?: 'ready' | 'anew'): Promise<void> {
    const { host } = this.talk;
    if (!host || (this.drawing && want === undefined)) return;
    this.drawing?.abort();
    const drawing = new AbortController();
    this.drawing = drawing;
    this.talk.problem = undefined;
    this.update({ progress: undefined });
    try {
      const map = await host.client.request('label/map', want ? { want } : {}, drawing.signal);
      if (this.drawing === drawing) this.take(map);
    } catch (error) {
      if (this.drawing === drawing && !(error instanceof CancelledError)) this.talk.fail(error);
    } finally {
      if (this.drawing === drawing) this.drawing = undefined;
      this.screen.changed();
    }
    await this.refresh();
    this.screen.focusDesk();
  }

  /** Nobody waits for a map any more. */
  cancel(): void {
    this.drawing?.abort();
    this.drawing = undefined;
    clearTimeout(this.restTimer);
    this.attended = this.outcome = undefined;
  }

  /** Labels or suggestions may be others now. */
  refresh(): Promise<void> {
    this.askAgain = true;
    this.asking ??= this.askForMarks().finally(() => (this.asking = undefined));
    return this.asking;
  }

  colour(by: ColourBy): void {
    this.update({ by });
    void this.refresh();
    this.remember();
  }

  select(points: readonly number[], choice: Choice): void {
    const before = this.selected;
    // The tick was about the texts that were selected when it was made.
    this.update({ selected: chosen(before, points, choice), alsoDecided: false, outcome: undefined });
    if (before.size > 0 || this.selected.size > 0) this.talk.speak(words.map.selected(this.selected.size));
    void this.list();
    this.remember();
  }

  /** Of one text in the list, which stays there to be ticked again. */
  toggle(point: number): void {
    this.update({ selected: toggled(this.selected, [point]) });
    this.remember();
  }

  /** Of all that is selected, in one step. */
  async say(said: PanelSaying): Promise<void> {
    const { map, selected } = this;
    if (!map || this.isSaying) return;
    if (selected.size === 0) {
      this.outcome = words.map.selectFirst;
      return this.talk.speak(this.outcome);
    }
    this.isSaying = true;
    try {
      const ids = [...selected].flatMap((point) => map.ids[point] ?? []);
      const done = await this.talk.ask('label/sayAll', { ids, said, keep: !this.alsoDecided });
      if (!done) return;
      const what = said.op === 'label' ? said.label : words.none;
      const outcome = words.map.said(done.said, ids.length - done.said, what);
      if (done.said > 0) this.select([], 'instead');
      this.update({ outcome });
      this.talk.speak(outcome);
    } finally {
      this.isSaying = false;
    }
    await this.refresh();
  }

  look(camera: Camera): void {
    this.camera = camera;
    this.remember();
  }

  /** A pointer's text is shown, a cursor's is spoken too. */
  attend(point: number | undefined, place: Point, by: 'pointer' | 'cursor'): void {
    clearTimeout(this.restTimer);
    if (point === undefined) {
      if (this.attended) this.update({ attended: undefined });
      return;
    }
    const id = this.map?.ids[point];
    this.update({ attended: { point, place, text: undefined } });
    this.restTimer = setTimeout(() => {
      void this.textsOf([id ?? '']).then(([text]) => {
        if (this.attended?.point !== point) return;
        this.update({ attended: { point, place, text } });
        if (text && by === 'cursor') {
          this.talk.speak(words.map.at(text.excerpt, text.label, this.selected.has(point)));
        }
      });
    }, restMs[by]);
  }

  update(
    change: Partial<
      Pick<
        MapDesk,
        'progress' | 'by' | 'mode' | 'selected' | 'alsoDecided' | 'attended' | 'listed' | 'outcome'
      >
    >,
  ): void {
    Object.assign(this, change);
    this.screen.changed();
  }

  private take(map: PanelMap): void {
    if (map.drawn !== this.map?.drawn) {
      const memory = this.talk.host?.memory.map;
      const isKnown = memory?.drawn === map.drawn;
      this.camera = isKnown ? Camera.of(memory.camera) : Camera.whole;
      this.selected = new Set(isKnown ? memory.selected.filter((point) => point < map.ids.length) : []);
      if (memory) this.by = memory.by;
    }
    this.map = map;
    this.marks = undefined;
    void this.list();
  }

  private async askForMarks(): Promise<void> {
    while (this.askAgain) {
      this.askAgain = false;
      const { host } = this.talk;
      if (!host || !this.map || this.drawing) return;
      try {
        const marks = await host.client.request('label/marks', { suggested: this.by !== 'label' });
        // Another classifier's texts are on the desk.
        if (marks.drawn !== this.map.drawn) return void this.draw();
        this.marks = marks;
        this.screen.changed();
      } catch (error) {
        this.talk.fail(error);
      }
    }
  }

  private async list(): Promise<void> {
    const { map, selected } = this;
    const points = [...selected].slice(0, longestList);
    const ids = points.map((point) => map?.ids[point] ?? '');
    const texts = new Map((ids.length > 0 ? await this.textsOf(ids) : []).map((text) => [text.id, text]));
    if (selected !== this.selected) return;
    const listed = points.flatMap((point, at) => {
      const text = texts.get(ids[at] ?? '');
      return text ? [{ point, text }] : [];
    });
    this.update({ listed });
  }

  private async textsOf(ids: readonly string[]): Promise<readonly ListedText[]> {
    try {
      return (await this.talk.host?.client.request('label/texts', { ids })) ?? [];
    } catch (error) {
      this.talk.fail(error);
      return [];
    }
  }

  private remember(): void {
    clearTimeout(this.memoryTimer);
    this.memoryTimer = setTimeout(() => {
      const { map, camera, selected, by } = this;
      if (!map) return;
      const { zoom, x, y } = camera;
      const memory = { drawn: map.drawn, camera: { zoom, x, y }, selected: [...selected], by };
      this.talk.host?.remember({ map: memory });
    }, rememberMs);
  }
}
