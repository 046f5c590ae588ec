import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { messageOf } from '../../extension/protocol/appError';
import type {
  Acknowledged,
  LabelPanelNotifications,
  LabelPanelRequests,
  LabelPanelState,
  ListedText,
  PanelSaying,
  PanelText,
  SetWish,
  TextFilter,
} from '../../extension/protocol/labelPanelApi';
import type { Host } from '../shared/host';
import type { Action, Tool } from './keys';
import { Keys, keysOf } from './keys';
import { Shown } from './shown';
import { about } from './views/about';
import { filterTool } from './views/filterTool';
import { head } from './views/head';
import { keyTable } from './views/keyTable';
import { labelBar } from './views/labelBar';
import { listTool } from './views/listTool';
import { noteTool } from './views/noteTool';
import { peopleTool } from './views/peopleTool';
import { nothingToShow } from './views/nothingToShow';
import { setTool } from './views/setTool';
import { textCard } from './views/textCard';
import { words } from './words';

export type LabelHost = Host<LabelPanelRequests, LabelPanelNotifications, object>;

/** A tool's list of texts, and which of them are selected. */
export interface TextList {
  readonly texts: readonly ListedText[];
  readonly selected: ReadonlySet<string>;
}

const spokenLength = 300;

/** The label panel. Draws what `Shown` says is on the screen; in light DOM, under the page's style sheet. */
@customElement('nanonet-label')
export class NanonetLabel extends LitElement {
  @state() declare private tool: Tool | undefined;
  @state() declare private list: TextList;
  /** The label of the set that is being edited. */
  @state() declare private edited: string | undefined;
  @state() declare private problem: string | undefined;
  @state() declare private spoken: string;

  private host: LabelHost | undefined;
  private readonly shown = new Shown();
  private readonly keys = new Keys();
  /** A decision is on its way to the disk: until it is there, no key decides about the same text again. */
  private isSaying = false;
  /** Undo, redo and back, one after the other, however fast they are pressed. */
  private moves: Promise<void> = Promise.resolve();

  constructor() {
    super();
    this.spoken = '';
    this.list = { texts: [], selected: new Set() };
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Begins to draw what the host says. Called once, by the page. */
  async connect(host: LabelHost): Promise<void> {
    this.host = host;
    window.addEventListener('keydown', this.onKey);
    window.addEventListener('focus', () => this.focusLabels());
    host.client.on('label/state', (next) => this.draw(next));
    try {
      this.draw(await host.client.request('label/ready', {}));
    } catch (error) {
      this.problem = messageOf(error);
    }
    await this.updateComplete;
    this.focusLabels();
  }

  private draw(next: LabelPanelState): void {
    if (this.shown.take(next)) this.requestUpdate();
  }

  protected override updated(_changed: PropertyValues): void {
    // A button that was pressed may be gone: then the keys would go nowhere.
    if (document.hasFocus() && document.activeElement === document.body) this.focusLabels();
  }

  protected override render(): TemplateResult {
    const panel = this.shown.whole;
    if (panel === undefined) return html`<main aria-busy="true">${this.trouble() ?? this.opening()}</main>`;
    const text = this.shown.current;
    const labelKeys = keysOf(panel.labels);
    return html`
      ${head(panel, { act: this.act, order: (order) => void this.ask('label/order', { order }) }, this.tool)}
      <div class="body">
        <main>
          <div class="desk">
            ${this.trouble() ?? this.notices(panel)}
            ${
              text === undefined || panel.nothing === 'noLabels'
                ? nothingToShow(panel, {
                    run: (command) => void this.ask('label/command', { command }),
                    show: (filter) => void this.ask('label/filter', { filter }),
                    openSet: () => this.openTool('set'),
                  })
                : textCard(text, () => this.act({ do: 'open' }))
            }
          </div>
          ${labelBar(panel, text, labelKeys, this.act)}
        </main>
        <aside tabindex="0" aria-label=${this.tool === undefined ? words.about : words[this.tool]}>
          ${this.side(panel, text, labelKeys)}
        </aside>
      </div>
      <div class="for-ears" role="status" aria-live="polite">${this.spoken}</div>
    `;
  }

  private side(
    panel: LabelPanelState,
    text: PanelText | undefined,
    labelKeys: ReadonlyMap<string, string>,
  ): TemplateResult | typeof nothing {
    const close = (): void => this.closeTool();
    switch (this.tool) {
      case undefined:
        return text === undefined ? nothing : about(panel, text);
      case 'keys':
        return keyTable(labelKeys, close);
      case 'filter':
        return filterTool(panel, (filter) => void this.filter(filter), close);
      case 'note':
        return text === undefined ? nothing : noteTool(text, (note) => void this.note(text.id, note), close);
      case 'people':
        return peopleTool(panel, {
          show: (id) => void this.ask('label/show', { id }),
          settle: (id, label) => void this.ask('label/settle', { id, label }),
          close,
        });
      case 'search':
      case 'similar':
        return listTool(this.tool, panel, this.list, {
          search: (found) => void this.search(found),
          select: (ids) => (this.list = { ...this.list, selected: ids }),
          show: (id) => void this.ask('label/show', { id }),
          labelAll: (said) => void this.sayAll(said),
          close,
        });
      case 'set':
        return setTool(panel, this.edited, {
          edit: (name) => (this.edited = name),
          wish: (wish) => void this.wish(wish),
          close,
        });
    }
  }

  private opening(): TemplateResult {
    return html`<p class="opening">${words.opening}</p>`;
  }

  /** What went wrong with the last key, until the next one. */
  private trouble(): TemplateResult | undefined {
    if (this.problem === undefined) return undefined;
    return html`
      <p class="message bad" role="alert">
        <span class="codicon codicon-error" aria-hidden="true"></span><span>${this.problem}</span>
      </p>
    `;
  }

  private notices({ notices, nothing: why }: LabelPanelState): TemplateResult | typeof nothing {
    if (notices.length === 0) return nothing;
    const kind = why === 'failed' ? 'error' : 'warning';
    return html`
      <ul class="notices">
        ${notices.map(
          (notice) => html`
            <li class="message">
              <span class="codicon codicon-${kind}" aria-hidden="true"></span><span>${notice}</span>
            </li>
          `,
        )}
      </ul>
    `;
  }

  // --- Keys ---------------------------------------------------------------------------------------------------------

  private readonly onKey = (event: KeyboardEvent): void => {
    const panel = this.shown.whole;
    if (panel === undefined) return;
    if (event.key === 'Escape' && this.tool !== undefined) {
      event.preventDefault();
      return this.closeTool();
    }
    const target = event.target instanceof HTMLElement ? event.target : undefined;
    // Where something is written or chosen, a letter is a letter.
    const isElsewhere = target?.closest('aside, input, textarea, select') ?? null;
    if (isElsewhere !== null) return;
    const isButton = target?.closest('button, vscode-button, summary') ?? null;
    const isLabel = target?.closest('.labels') ?? null;
    // Outside of the labels, Enter and Space press the button that has the focus.
    if (isButton !== null && isLabel === null && (event.key === 'Enter' || event.key === ' ')) return;
    if (isLabel !== null && this.walk(event)) return;
    const action = this.keys.action(event, keysOf(panel.labels), performance.now());
    if (action === undefined) return;
    // A label that was walked to with the arrow keys is pressed by Enter.
    if (action.do === 'accept' && isButton !== null) return;
    event.preventDefault();
    this.act(action);
  };

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
    const text = this.shown.current;
    this.problem = undefined;
    switch (action.do) {
      case 'tool':
        return this.openTool(action.tool);
      case 'back':
        return this.move('label/back');
      case 'undo':
        return this.move('label/undo');
      case 'redo':
        return this.move('label/redo');
      case 'open':
        if (text !== undefined) void this.ask('label/open', { id: text.id });
        return;
      case 'accept': {
        const { suggestion } = text ?? {};
        if (suggestion === undefined || suggestion.unsure) this.spoken = words.spoken.noSuggestion;
        else void this.say({ op: 'label', label: suggestion.label });
        return;
      }
      case 'label':
        return void this.say({ op: 'label', label: action.label });
      case 'none':
      case 'skip':
        return void this.say({ op: action.do });
    }
  };

  private async say(said: PanelSaying): Promise<void> {
    const text = this.shown.current;
    if (text === undefined || this.isSaying) return;
    this.isSaying = true;
    try {
      const done = await this.ask('label/say', { id: text.id, said });
      if (done !== undefined) this.speakOf(said);
    } finally {
      this.isSaying = false;
    }
    this.focusLabels();
  }

  private move(method: 'label/back' | 'label/undo' | 'label/redo'): void {
    this.moves = this.moves.then(async () => {
      await this.ask(method, {});
      this.spoken = words.spoken.next(excerpt(this.shown.current));
      this.focusLabels();
    });
  }

  private speakOf(said: PanelSaying): void {
    const what = said.op === 'label' ? said.label : said.op === 'none' ? words.none : words.skip;
    const next = this.shown.current;
    this.spoken = next === undefined ? words.spoken.done : words.spoken.said(what, excerpt(next));
  }

  // --- Tools --------------------------------------------------------------------------------------------------------

  private openTool(tool: Tool): void {
    if (this.tool === tool) return this.closeTool();
    this.tool = tool;
    this.edited = undefined;
    this.list = { texts: [], selected: new Set() };
    const text = this.shown.current;
    if (tool === 'similar' && text !== undefined) {
      void this.fetchList(() => this.host?.client.request('label/similar', { id: text.id }));
    }
    void this.updateComplete.then(() => {
      const fields = 'aside :is(input, select, textarea)';
      (this.querySelector<HTMLElement>(fields) ?? this.querySelector<HTMLElement>('aside button'))?.focus();
    });
  }

  private closeTool(): void {
    this.tool = undefined;
    void this.updateComplete.then(() => this.focusLabels());
  }

  private search(found: string): Promise<void> {
    return this.fetchList(() => this.host?.client.request('label/search', { words: found }));
  }

  private async fetchList(ask: () => Promise<readonly ListedText[]> | undefined): Promise<void> {
    try {
      this.list = { texts: (await ask()) ?? [], selected: new Set() };
    } catch (error) {
      this.problem = messageOf(error);
    }
  }

  private async sayAll(said: PanelSaying): Promise<void> {
    const ids = [...this.list.selected];
    if (ids.length === 0) return;
    if ((await this.ask('label/sayAll', { ids, said })) !== undefined) this.closeTool();
  }

  private async filter(filter: TextFilter): Promise<void> {
    await this.ask('label/filter', { filter });
  }

  private async note(id: string, note: string): Promise<void> {
    if ((await this.ask('label/note', { id, note })) !== undefined) this.closeTool();
  }

  private async wish(wish: SetWish): Promise<void> {
    if ((await this.ask('label/set', wish)) !== undefined) this.edited = undefined;
  }

  // --- The host -----------------------------------------------------------------------------------------------------

  /** @returns the host's answer; undefined when it refused, and then its sentence is shown */
  private async ask<M extends keyof LabelPanelRequests>(
    method: M,
    params: LabelPanelRequests[M][0],
  ): Promise<LabelPanelRequests[M][1] | undefined> {
    if (this.host === undefined) return undefined;
    this.problem = undefined;
    try {
      const done = await this.host.client.request(method, params);
      if (isAcknowledged(done)) this.shown.acknowledge(done);
      this.requestUpdate();
      return done;
    } catch (error) {
      this.problem = messageOf(error);
      return undefined;
    }
  }

  /** The keys work from here; a screen reader is told that these are the labels. */
  private focusLabels(): void {
    if (this.tool === undefined) this.querySelector<HTMLElement>('.labels')?.focus({ preventScroll: true });
  }
}

function isAcknowledged(done: unknown): done is Acknowledged {
  return typeof done === 'object' && done !== null && 'turn' in done;
}

function excerpt(text: PanelText | undefined): string {
  return text?.text.slice(0, spokenLength) ?? '';
}

declare global {
  interface HTMLElementTagNameMap {
    'nanonet-label': NanonetLabel;
  }
}
