import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { messageOf } from '../../extension/protocol/appError';
import type { TrainSettings } from '../../extension/protocol/engineApi';
import type { LearnedText } from '../../extension/protocol/panelApi';
import { mostReportTexts } from '../../extension/protocol/panelApi';
import type { ConfusionCell, MislabelledText, TrainingReport } from '../../extension/protocol/report';
import type { TrainSnapshot } from '../../extension/protocol/snapshot';
import { whole } from './format';
import type { TabName } from './reportWords';
import { reportWords } from './reportWords';
import type { TrainHost } from './viewMemory';
import { cellTexts } from './views/report/cellTexts';
import { confidence } from './views/report/confidence';
import type { CellKey } from './views/report/confusion';
import { cellId, confusion, keyOf } from './views/report/confusion';
import { learningCurve } from './views/report/learningCurve';
import { doubtId, mislabelled, openDoubts } from './views/report/mislabelled';
import { overview } from './views/report/overview';
import { settings } from './views/report/settings';
import { students } from './views/report/students';
import { tabId, tabs } from './views/report/tabs';

/** The tabs of a report. Fires `choose-tab` with the tab that the person wants to see. */
@customElement('nanonet-report')
export class NanonetReport extends LitElement {
  @property({ attribute: false }) declare host: TrainHost;
  /** `PanelReport.model`. */
  @property({ attribute: false }) declare model: string;
  @property({ attribute: false }) declare report: TrainingReport;
  /** The training that it is of. */
  @property({ attribute: false }) declare run: TrainSnapshot;
  @property({ attribute: false }) declare decided: readonly number[];
  @property({ attribute: false }) declare tab: TabName;
  /** What is set for the next training. */
  @property({ attribute: false }) declare settings: TrainSettings | undefined;

  /** Texts that were asked for, by their rows. */
  @state() declare private texts: ReadonlyMap<number, LearnedText>;
  @state() declare private openCell: CellKey | undefined;
  @state() declare private currentCell: CellKey | undefined;
  @state() declare private shown: number;
  @state() declare private currentDoubt: number | undefined;
  @state() declare private problem: string | undefined;
  @state() declare private spoken: string;

  private readonly asked = new Set<number>();
  private isDeciding = false;
  private hadFocus = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.hadFocus = this.contains(document.activeElement);
    if (!changed.has('report')) return;
    this.asked.clear();
    this.texts = new Map();
    this.openCell = undefined;
    this.currentCell = undefined;
    this.shown = mostReportTexts;
    this.problem = undefined;
    this.spoken = '';
  }

  /** What is shown has its texts asked for, once each. */
  protected override updated(): void {
    const { report } = this;
    // A button that was pressed may be gone, as the last thing to undo.
    const isLost = this.hadFocus && !this.isDeciding && !this.contains(document.activeElement);
    if (isLost) this.querySelector<HTMLElement>('.doubts-line')?.focus();
    if (this.tab === 'mislabelled') void this.want(report.mislabelled.map(({ row }) => row));
    if (this.tab === 'confusion') void this.want((this.cell()?.texts ?? []).map(({ row }) => row));
  }

  protected override render(): TemplateResult {
    const doubts = openDoubts(this.report, this.decided).length;
    return html`
      <section class="report" aria-label=${reportWords.report}>
        ${tabs(this.tab, doubts > 0 ? { mislabelled: whole(doubts) } : {}, this.choose)}
        <div id="report-panel" role="tabpanel" aria-labelledby=${tabId(this.tab)} tabindex="0">
          ${
            this.problem === undefined
              ? nothing
              : html`<p class="message bad" role="alert">
                  <span class="codicon codicon-error" aria-hidden="true"></span><span>${this.problem}</span>
                </p>`
          }
          ${this.content()}
        </div>
        <div class="for-ears" aria-live="polite">${this.spoken}</div>
      </section>
    `;
  }

  private content(): TemplateResult {
    const { report, run } = this;
    switch (this.tab) {
      case 'overview':
        return overview(report, run);
      case 'confusion':
        return confusion(
          report,
          { open: this.openCell, current: this.currentCell },
          { choose: this.chooseCell, focus: (key) => this.focusCell(key) },
          this.cellTexts(),
        );
      case 'confidence':
        return confidence(report);
      case 'curve':
        return learningCurve(report);
      case 'mislabelled':
        return mislabelled(report, this.decided, this.currentDoubt, (row) => this.texts.get(row), {
          decide: (doubt, label) => void this.decide(doubt, label),
          open: (row) => void this.open(row),
          undo: () => void this.try(() => this.host.client.request('panel/undo', {})),
          focus: (row, button) => void this.focusDoubt(row, button),
        });
      case 'students':
        return students(report, run, (student) => void this.exportStudent(student));
      case 'settings':
        return settings(
          report,
          this.settings,
          (of) => void this.try(() => this.host.client.request('panel/openSettings', { of })),
        );
    }
  }

  private cellTexts(): TemplateResult | typeof nothing {
    const cell = this.cell();
    if (!cell) return nothing;
    return cellTexts(cell, this.report.labels, this.shown, (row) => this.texts.get(row), {
      open: (row) => void this.open(row),
      more: () => (this.shown += mostReportTexts),
    });
  }

  private cell(): ConfusionCell | undefined {
    return this.report.confusion.find((cell) => keyOf(cell) === this.openCell);
  }

  private readonly choose = (tab: TabName): void => {
    this.problem = undefined;
    this.dispatchEvent(new CustomEvent('choose-tab', { detail: tab }));
  };

  private readonly chooseCell = (key: CellKey): void => {
    this.openCell = key === this.openCell ? undefined : key;
    this.currentCell = key;
    this.shown = mostReportTexts;
  };

  private focusCell(key: CellKey): void {
    this.currentCell = key;
    document.getElementById(cellId(key))?.focus();
  }

  private async focusDoubt(row: number, button: string): Promise<void> {
    this.currentDoubt = row;
    await this.updateComplete;
    document.getElementById(doubtId(row))?.querySelector<HTMLElement>(`[data-does="${button}"]`)?.focus();
  }

  private async want(rows: readonly number[]): Promise<void> {
    const { model } = this;
    const missing = rows.slice(0, this.shown).filter((row) => !this.asked.has(row));
    if (missing.length === 0) return;
    for (const row of missing) this.asked.add(row);
    await this.try(async () => {
      for (let at = 0; at < missing.length; at += mostReportTexts) {
        const part = missing.slice(at, at + mostReportTexts);
        const texts = await this.host.client.request('panel/texts', { model, rows: part });
        if (model !== this.model) return;
        this.texts = new Map([...this.texts, ...texts.map((text) => [text.row, text] as const)]);
      }
    });
  }

  private open(row: number): Promise<void> {
    const { model } = this;
    return this.try(() => this.host.client.request('panel/openText', { model, row }));
  }

  private exportStudent(student: string): Promise<void> {
    return this.try(() => this.host.client.request('panel/exportStudent', { student }));
  }

  /** One after another: a key that is held down decides nothing about texts that were not seen. */
  private async decide({ row, label: given }: MislabelledText, label: string): Promise<void> {
    if (this.isDeciding) return;
    this.isDeciding = true;
    const { model, report } = this;
    const at = openDoubts(report, this.decided).findIndex((doubt) => doubt.row === row);
    await this.try(async () => {
      this.decided = await this.host.client.request('panel/decide', { model, row, label });
      this.spoken = label === given ? reportWords.kept(label) : reportWords.relabelled(label);
      const left = openDoubts(report, this.decided);
      const next = left[Math.min(at, left.length - 1)];
      if (next) return this.focusDoubt(next.row, 'relabel');
      await this.updateComplete;
      this.querySelector<HTMLElement>('.doubts-line')?.focus();
    });
    this.isDeciding = false;
  }

  /** What went wrong stands over the tab's content until the next wish. */
  private async try(wish: () => Promise<unknown>): Promise<void> {
    this.problem = undefined;
    try {
      await wish();
    } catch (error) {
      this.problem = messageOf(error);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nanonet-report': NanonetReport;
  }
}
