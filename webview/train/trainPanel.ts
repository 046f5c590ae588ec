import './reportElement';
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { messageOf } from '../../extension/protocol/appError';
import type { PanelReport, PanelRequests, TrainPanelState } from '../../extension/protocol/panelApi';
import type { TrainResult, TrainSnapshot } from '../../extension/protocol/snapshot';
import { Announcer } from './announcer';
import type { TabName } from './reportWords';
import type { TrainHost, ViewMemory } from './viewMemory';
import type { Wish } from './stateHeading';
import { headingOf } from './stateHeading';
import { charts } from './views/charts';
import { heading } from './views/heading';
import { membersTable } from './views/members';
import { blocked, nextTraining, preflight } from './views/preflight';
import { results } from './views/results';
import { runFigures } from './views/runFigures';
import { stageSteps } from './views/stages';
import { words } from './words';

/** The training progress panel. Draws the newest `TrainPanelState`; in light DOM, under the page's style sheet. */
@customElement('nanonet-train')
export class NanonetTrain extends LitElement {
  @state() declare private panelState: TrainPanelState | undefined;
  @state() declare private wish: Wish | undefined;
  @state() declare private problem: string | undefined;
  @state() declare private spoken: string;
  @state() declare private look: ViewMemory;
  @state() declare private report: PanelReport | undefined;

  private host: TrainHost | undefined;
  /** The model whose report was asked for. */
  private reported: string | undefined;
  private readonly announcer = new Announcer();
  private hadFocusInActions = false;

  constructor() {
    super();
    this.spoken = '';
    this.look = {};
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Begins to draw what the host says. Called once, by the page. */
  async connect(host: TrainHost): Promise<void> {
    this.host = host;
    this.look = host.memory;
    host.client.on('panel/state', (next) => this.draw(next));
    try {
      this.draw(await host.client.request('panel/ready', {}));
    } catch (error) {
      this.problem = messageOf(error);
    }
  }

  private draw(next: TrainPanelState): void {
    const isFirst = this.panelState === undefined;
    if (this.wish !== undefined && hasCome(this.wish, this.panelState, next)) this.wish = undefined;
    this.panelState = next;
    if (next.model !== this.reported) void this.askReport(next.model);
    this.spoken = this.announcer.next(next.snapshot) ?? this.spoken;
    if (isFirst) void this.updateComplete.then(() => window.scrollTo(0, this.look.scrollTop ?? 0));
  }

  protected override willUpdate(_changed: PropertyValues): void {
    this.hadFocusInActions = this.querySelector('.actions')?.contains(document.activeElement) ?? false;
  }

  /** A button that was pressed may be gone or mean something else now: focus waits at the heading, not on "Cancel". */
  protected override updated(): void {
    if (!this.hadFocusInActions || this.querySelector('.actions')?.contains(document.activeElement)) return;
    this.querySelector('h1')?.focus();
  }

  protected override render(): TemplateResult {
    return html`
      <main aria-busy=${this.panelState === undefined ? 'true' : 'false'}>
        ${this.panelState === undefined ? this.opening() : this.content(this.panelState)}
      </main>
      <div class="for-ears" role="status" aria-live="polite">${this.spoken}</div>
    `;
  }

  private opening(): TemplateResult {
    return this.problem === undefined
      ? html`<p class="opening">${words.loading}</p>`
      : html`${this.trouble()}`;
  }

  private content(panel: TrainPanelState): TemplateResult {
    const { snapshot } = panel;
    const head = headingOf(panel, this.wish, {
      train: () => void this.ask('panel/train', 'train'),
      cancel: () => void this.ask('panel/cancel', 'cancel'),
      pause: () => void this.ask('panel/pause', 'pause'),
      resume: () => void this.ask('panel/resume', 'resume'),
      compare: () => void this.ask('panel/compare'),
      showLog: () => void this.ask('panel/showLog'),
    });
    return html`
      ${heading(head)} ${this.trouble()} ${isUnderWay(snapshot) ? nothing : blocked(panel)}
      ${snapshot === undefined ? preflight(panel, this.onLabel) : this.run(snapshot)}
      ${snapshot === undefined || isUnderWay(snapshot) ? nothing : nextTraining(panel, this.onLabel)}
    `;
  }

  private run(snapshot: TrainSnapshot): TemplateResult {
    const { state: runState, result, members } = snapshot;
    return html`
      ${runState === 'done' ? nothing : stageSteps(snapshot)}
      ${result === undefined ? runFigures(snapshot) : this.results(snapshot, result)}
      ${members.length > 0 ? html`${charts(snapshot, this.look, this.onLook)} ${membersTable(members)}` : nothing}
      ${members.length === 0 && runState === 'running' ? html`<p class="quiet">${words.noCurvesYet}</p>` : nothing}
    `;
  }

  /** In tabs, where there is a report; before that, and without one, what the run itself says. */
  private results(snapshot: TrainSnapshot, result: TrainResult): TemplateResult {
    const { model, report, missing } = this.report ?? {};
    if (model === undefined || report === undefined || this.host === undefined) {
      return html`${missing === undefined ? nothing : html`<p class="no-report quiet">${missing}</p>`}
      ${results(snapshot, result)}`;
    }
    return html`<nanonet-report
      .host=${this.host}
      .model=${model}
      .report=${report}
      .run=${snapshot}
      .decided=${this.panelState?.decided ?? []}
      .settings=${this.panelState?.settings}
      .tab=${this.look.reportTab ?? 'overview'}
      @choose-tab=${({ detail }: CustomEvent<TabName>) => this.onLook({ reportTab: detail })}
    ></nanonet-report>`;
  }

  private async askReport(model: string | undefined): Promise<void> {
    this.reported = model;
    this.report = undefined;
    if (model === undefined) return;
    try {
      const report = await this.host?.client.request('panel/report', {});
      if (report?.model === this.reported) this.report = report;
    } catch (error) {
      if (model === this.reported) this.report = { model, missing: messageOf(error) };
    }
  }

  /** What went wrong with a button, until the next press. */
  private trouble(): TemplateResult | typeof nothing {
    if (this.problem === undefined) return nothing;
    return html`
      <p class="message bad" role="alert">
        <span class="codicon codicon-error" aria-hidden="true"></span><span>${this.problem}</span>
      </p>
    `;
  }

  private readonly onLabel = (): void => void this.ask('panel/label');

  private readonly onLook = (change: ViewMemory): void => {
    this.look = { ...this.look, ...change };
    this.host?.remember(change);
  };

  private async ask(method: keyof PanelRequests, wish?: Wish): Promise<void> {
    if (this.host === undefined || (wish !== undefined && this.wish === wish)) return;
    this.problem = undefined;
    if (wish !== undefined) this.wish = wish;
    try {
      await this.host.client.request(method, {});
    } catch (error) {
      this.problem = messageOf(error);
      if (wish !== undefined) this.wish = undefined;
    }
  }
}

/** Neither ended nor still to begin: what is missing for another training is of no interest yet. */
function isUnderWay(snapshot: TrainSnapshot | undefined): boolean {
  return snapshot?.state === 'running' || snapshot?.state === 'paused';
}

/** Whether the wish shows in the state: a run that began, or one that ended. */
function hasCome(wish: Wish, before: TrainPanelState | undefined, next: TrainPanelState): boolean {
  const state = next.snapshot?.state;
  if (wish === 'cancel') return state !== 'running' && state !== 'paused';
  if (wish === 'pause') return state !== 'running';
  if (wish === 'resume') return state !== 'paused';
  const isOther =
    before?.snapshot?.runId !== next.snapshot?.runId || before?.snapshot?.state !== next.snapshot?.state;
  return isOther || state === 'running' || next.blocked !== undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    'nanonet-train': NanonetTrain;
  }
}
