import { LitElement, html } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { createRef } from 'lit/directives/ref.js';
import type { LabelPanelState, PanelSaying, PanelText } from '../../extension/protocol/labelPanelApi';
import type { Action } from './keys';
import { Keys, keysOf } from './keys';
import { MapDesk } from './map/mapDesk';
import type { NanonetMap } from './map/mapElement';
import './map/mapElement';
import { mapAction } from './map/mapKeys';
import { Talk, type LabelHost } from './talk';
import { Tools } from './tools';
import { head } from './views/head';
import { labelBar } from './views/labelBar';
import { mapArea, type MapAreaWishes } from './views/mapArea';
import { mapSide } from './views/mapSide';
import { notices, trouble } from './views/messages';
import { nothingToShow } from './views/nothingToShow';
import { side } from './views/side';
import { textCard } from './views/textCard';
import { words } from './words';

const spokenLength = 300;

/** The label panel. Draws what `Shown` says is on the screen; in light DOM, under the page's style sheet. */
@customElement('nanonet-label')
export class NanonetLabel extends LitElement {
  private readonly changed = (): void => this.requestUpdate();
  private readonly talk = new Talk(this.changed);
  private readonly screen = {
    changed: this.changed,
    focusTool: () => void this.updateComplete.then(() => this.focusTool()),
    focusDesk: () => void this.updateComplete.then(() => this.focusDesk()),
  };
  private readonly tools = new Tools(this.talk, this.screen);
  private readonly map = new MapDesk(this.talk, this.screen);
  private readonly mapElement = createRef<NanonetMap>();
  private readonly keys = new Keys();
  /** The state that the map's marks were asked for. */
  private marked: LabelPanelState | undefined;
  /** A decision is on its way to the disk: until it is there, no key decides about the same text again. */
  private isSaying = false;
  /** Undo, redo and back, one after the other, however fast they are pressed. */
  private moves: Promise<void> = Promise.resolve();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Begins to draw what the host says. Called once, by the page. */
  async connect(host: LabelHost): Promise<void> {
    window.addEventListener('keydown', this.onKey);
    window.addEventListener('focus', () => this.focusDesk());
    const connected = this.talk.connect(host);
    this.map.connect();
    await connected;
    await this.updateComplete;
    this.focusDesk();
  }

  protected override willUpdate(): void {
    const { whole } = this.talk.shown;
    if (whole === this.marked) return;
    const before = this.marked;
    this.marked = whole;
    if (whole?.view === 'map') {
      // Not while it draws: what follows is drawn once more.
      queueMicrotask(() => void (before?.view === 'map' ? this.map.refresh() : this.map.show()));
    } else if (before?.view === 'map') this.map.cancel();
  }

  protected override updated(_changed: PropertyValues): void {
    // A button that was pressed may be gone: then the keys would go nowhere.
    if (document.activeElement === document.body) this.focusDesk();
  }

  protected override render(): TemplateResult {
    const panel = this.talk.shown.whole;
    const problem = trouble(this.talk.problem);
    if (panel === undefined) {
      return html`<main aria-busy="true">${problem ?? html`<p class="opening">${words.opening}</p>`}</main>`;
    }
    const text = this.talk.shown.current;
    const labelKeys = keysOf(panel.labels);
    const { open } = this.tools;
    const order = (name: LabelPanelState['order']): void =>
      void this.talk.ask('label/order', { order: name });
    const labelled = this.isMap
      ? { isMap: true, isOpen: this.map.marks !== undefined }
      : { text, isMap: false, isOpen: text !== undefined };
    const about = this.isMap ? words.map.map : words.about;
    return html`
      ${head(panel, { act: this.act, order }, open)}
      <div class="body">
        <main>
          <div class="desk">${problem ?? notices(panel)} ${this.desk(panel, text)}</div>
          ${labelBar(panel, labelled, labelKeys, this.act)}
        </main>
        <aside tabindex="0" aria-label=${open === undefined ? about : words[open]}>
          ${
            open === undefined && this.isMap
              ? mapSide(panel, this.map, { show: this.show, goTo: (point) => this.picture?.goTo(point) })
              : side(panel, text, labelKeys, this.tools, this.talk, this.show)
          }
        </aside>
      </div>
      <div class="for-ears" role="status" aria-live="polite">${this.talk.spoken}</div>
    `;
  }

  private desk(panel: LabelPanelState, text: PanelText | undefined): TemplateResult {
    if (this.isMap && panel.counts.texts > 0)
      return mapArea(panel, this.map, this.mapElement, this.mapWishes);
    if (text !== undefined && panel.nothing !== 'noLabels')
      return textCard(text, () => this.act({ do: 'open' }));
    return nothingToShow(panel, {
      run: (command) => void this.talk.ask('label/command', { command }),
      show: (filter) => void this.tools.filter(filter),
      openSet: () => this.tools.toggle('set'),
    });
  }

  // --- Keys ---------------------------------------------------------------------------------------------------------

  private readonly onKey = (event: KeyboardEvent): void => {
    const panel = this.talk.shown.whole;
    if (panel === undefined) return;
    const target = event.target instanceof HTMLElement ? event.target : undefined;
    const isIn = (selector: string): boolean => (target?.closest(selector) ?? null) !== null;
    const isAside = isIn('aside');
    if (event.key === 'Escape' && this.escape(isAside)) return event.preventDefault();
    // Where something is written or chosen, a letter is a letter. Beside the map nothing is.
    if (isAside && (!this.isMap || this.tools.open !== undefined)) return;
    if (isIn('input:not([type=checkbox]), textarea, select')) return;
    const isButton = isIn('button, vscode-button, summary, input');
    const isLabel = isIn('.labels');
    // Outside of the labels, Enter and Space press the button that has the focus.
    if (isButton && !isLabel && (event.key === 'Enter' || event.key === ' ')) return;
    if (isLabel && this.walk(event)) return;
    const labelKeys = keysOf(panel.labels);
    const onMap = this.isMap && !isLabel && !isAside ? mapAction(event, labelKeys) : undefined;
    if (onMap !== undefined) {
      event.preventDefault();
      return this.picture?.act(onMap);
    }
    const action = this.keys.action(event, labelKeys, performance.now());
    if (action === undefined) return;
    // A label that was walked to with the arrow keys is pressed by Enter.
    if (action.do === 'accept' && isButton) return;
    event.preventDefault();
    this.act(action);
  };

  /** Closes the tool; on the map, gives up the lasso, then the selection. @returns whether there was something */
  private escape(isAside: boolean): boolean {
    if (this.tools.open !== undefined) this.tools.close();
    else if (!this.isMap) return false;
    else if (isAside) this.focusDesk();
    else if (this.picture?.escape()) return true;
    else if (this.map.isDrawing) this.leaveMap();
    else if (this.map.selected.size > 0) this.map.select([], 'instead');
    else return false;
    return true;
  }

  /** The arrow keys go from label to label. */
  private walk({ key }: KeyboardEvent): boolean {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
    if (step === undefined) return false;
    const buttons = [...this.querySelectorAll<HTMLButtonElement>('.labels button')];
    const at = buttons.findIndex((button) => button === document.activeElement);
    const from = at === -1 && step === -1 ? 0 : at;
    buttons[(from + step + buttons.length) % buttons.length]?.focus();
    return true;
  }

  private readonly act = (action: Action): void => {
    const text = this.talk.shown.current;
    this.talk.problem = undefined;
    switch (action.do) {
      case 'map':
        return this.isMap ? this.leaveMap() : void this.talk.view('map').then(() => this.focusDesk());
      case 'tool':
        if (this.isMap && (action.tool === 'similar' || action.tool === 'note')) return;
        return this.tools.toggle(action.tool);
      case 'undo':
        return this.move('label/undo');
      case 'redo':
        return this.move('label/redo');
      case 'label':
        return void this.say({ op: 'label', label: action.label });
      case 'none':
        return void this.say({ op: 'none' });
    }
    // The rest is about the text that is shown.
    if (this.isMap) return;
    switch (action.do) {
      case 'skip':
        return void this.say({ op: 'skip' });
      case 'back':
        return this.move('label/back');
      case 'open':
        if (text !== undefined) void this.talk.ask('label/open', { id: text.id });
        return;
      case 'accept': {
        const { suggestion } = text ?? {};
        if (suggestion === undefined || suggestion.unsure) this.talk.speak(words.spoken.noSuggestion);
        else void this.say({ op: 'label', label: suggestion.label });
      }
    }
  };

  private async say(said: PanelSaying): Promise<void> {
    if (this.isMap) return this.map.say(said);
    const text = this.talk.shown.current;
    if (text === undefined || this.isSaying) return;
    this.isSaying = true;
    try {
      const done = await this.talk.ask('label/say', { id: text.id, said });
      if (done !== undefined) this.speakOf(said);
    } finally {
      this.isSaying = false;
    }
    this.focusDesk();
  }

  private move(method: 'label/back' | 'label/undo' | 'label/redo'): void {
    this.moves = this.moves.then(async () => {
      await this.talk.ask(method, {});
      this.talk.speak(
        this.isMap ? words.map.moved[method] : words.spoken.next(excerpt(this.talk.shown.current)),
      );
      this.focusDesk();
    });
  }

  private speakOf(said: PanelSaying): void {
    const what = said.op === 'label' ? said.label : said.op === 'none' ? words.none : words.skip;
    const next = this.talk.shown.current;
    this.talk.speak(next === undefined ? words.spoken.done : words.spoken.said(what, excerpt(next)));
  }

  // --- The map ------------------------------------------------------------------------------------------------------

  private readonly mapWishes: MapAreaWishes = {
    select: (points, choice) => this.map.select(points, choice),
    open: (point) => this.show(this.map.map?.ids[point] ?? ''),
    attend: (point, place, by) => this.map.attend(point, place, by),
    speak: (sentence) => this.talk.speak(sentence),
    moved: (camera) => this.map.look(camera),
    act: (action) => this.picture?.act(action),
    focus: () => this.focusDesk(),
    leave: () => this.leaveMap(),
  };

  private get isMap(): boolean {
    return this.talk.shown.whole?.view === 'map';
  }

  /** While it is drawn. */
  private get picture(): NanonetMap | undefined {
    return this.mapElement.value;
  }

  private leaveMap(): void {
    void this.talk.view('text').then(() => this.updateComplete.then(() => this.focusDesk()));
  }

  private readonly show = (id: string): void => {
    void this.talk.ask('label/show', { id }).then((done) => {
      if (done && this.isMap) this.leaveMap();
    });
  };

  // --- Focus --------------------------------------------------------------------------------------------------------

  private focusTool(): void {
    const fields = 'aside :is(input, select, textarea)';
    (this.querySelector<HTMLElement>(fields) ?? this.querySelector<HTMLElement>('aside button'))?.focus();
  }

  /**
   * The keys work from here: the map, or the labels, of which a screen reader is told what they are. Whoever went on to the
   * palette while a key was being answered stays there.
   */
  private focusDesk(): void {
    if (this.tools.open !== undefined || !document.hasFocus()) return;
    if (this.isMap && this.picture) return this.picture.focus();
    this.querySelector<HTMLElement>('.labels')?.focus({ preventScroll: true });
  }
}

function excerpt(text: PanelText | undefined): string {
  return text?.text.slice(0, spokenLength) ?? '';
}

declare global {
  interface HTMLElementTagNameMap {
    'nanonet-label': NanonetLabel;
  }
}
