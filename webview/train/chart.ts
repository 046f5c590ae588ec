import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import uPlot from 'uplot';
import { chartOptions, drawingOf } from './chartOptions';
import type { ChartSpec, Drawing } from './chartOptions';
import { chartTable } from './chartTable';
import type { CurveTable } from './curves';
import { curvesKey, tabulate } from './curves';
import { whole } from './format';
import { onThemeChange } from '../shared/themeChange';
import { readTheme } from './theme';
import { words } from './words';

const height = 208;

/**
 * A line chart and its twin, a table of the same numbers. Fires `toggle-table` when the person asks for the other.
 * In light DOM, like the whole panel: one style sheet, and ids that reach across.
 */
@customElement('nanonet-chart')
export class NanonetChart extends LitElement {
  @property({ attribute: false }) declare spec: ChartSpec;
  @property({ type: Boolean }) declare asTable: boolean;

  @query('.plot') declare private plotElement: HTMLElement | null;
  @query('.readout') declare private readout: HTMLElement | null;

  private plot: uPlot | undefined;
  private members = '';
  private key = '';
  private drawn = '';
  private table: CurveTable = { steps: [], values: [] };
  private drawing: Drawing | undefined;
  private stopListening: (() => void) | undefined;
  private readonly resized = new ResizeObserver(([entry]) => this.resize(entry?.contentRect.width ?? 0));

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.stopListening = onThemeChange(() => this.recolour());
    if (this.hasUpdated) this.requestUpdate('asTable');
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopListening?.();
    this.discard();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const key = curvesKey(this.spec.curves);
    if (!changed.has('spec') || key === this.key) return;
    this.key = key;
    this.table = tabulate(this.spec.curves);
  }

  protected override render(): TemplateResult {
    const { title, curves, format } = this.spec;
    return html`
      <header class="chart-header">
        <h3>${title}</h3>
        <span class="readout" aria-hidden="true"></span>
        <button
          class="icon-button"
          type="button"
          aria-pressed=${this.asTable ? 'true' : 'false'}
          aria-label=${words.showAsTable(title)}
          title=${words.showAsTable(title)}
          @click=${this.toggle}
        >
          <span class="codicon codicon-table" aria-hidden="true"></span>
        </button>
      </header>
      ${
        this.asTable
          ? chartTable(title, curves, this.table, format)
          : html`<div class="plot" role="img" aria-label=${this.summary()}></div>`
      }
      ${this.table.steps.length === 0 ? html`<p class="chart-empty">${words.noPoints}</p>` : nothing}
    `;
  }

  protected override updated(): void {
    if (this.asTable || !this.isConnected) return this.discard();
    const members = this.spec.curves.map(({ id }) => id).join(' ');
    if (this.plot !== undefined && members === this.members) {
      if (this.drawing !== undefined) this.drawing.spec = this.spec;
      if (this.drawn !== this.look()) this.plot.setData(this.data());
    } else this.create(members);
    this.drawn = this.look();
  }

  /** What the canvas depends on; most snapshots change only the clock. */
  private look(): string {
    return `${this.key} to ${this.spec.lastStep}`;
  }

  private create(members: string): void {
    this.discard();
    const target = this.plotElement;
    if (target === null) return;
    this.members = members;
    this.drawing = drawingOf(this.spec, readTheme());
    const options = chartOptions(this.drawing, target.clientWidth, height, (row) => this.showStep(row));
    this.plot = new uPlot(options, this.data(), target);
    this.resized.observe(target);
  }

  private discard(): void {
    this.resized.disconnect();
    this.plot?.destroy();
    this.plot = undefined;
  }

  private resize(width: number): void {
    if (width > 0 && this.plot !== undefined && width !== this.plot.width)
      this.plot.setSize({ width, height });
  }

  private recolour(): void {
    if (this.drawing === undefined || this.plot === undefined) return;
    this.drawing.theme = readTheme();
    this.plot.redraw(false, true);
  }

  private data(): uPlot.AlignedData {
    return [[...this.table.steps], ...this.table.values.map((column) => [...column])];
  }

  private summary(): string {
    const last = this.spec.curves.flatMap(({ name, points }) => {
      const point = points.at(-1);
      return point === undefined ? [] : [words.lastValue(name, this.spec.format(point[1]), whole(point[0]))];
    });
    return words.chartSummary(this.spec.title, last.length === 0 ? words.noPoints : last.join(' '));
  }

  /** The numbers under the pointer; the table has them for everyone else. */
  private showStep(row: number | null | undefined): void {
    const step = row === null || row === undefined ? undefined : this.table.steps[row];
    const values = this.spec.curves.flatMap(({ name }, curve) => {
      const value = this.table.values[curve]?.[row ?? -1];
      return value === undefined ? [] : [`${name} ${this.spec.format(value)}`];
    });
    if (this.readout === null) return;
    this.readout.textContent = step === undefined ? '' : [words.atStep(whole(step)), ...values].join(' · ');
  }

  private toggle(): void {
    this.dispatchEvent(new CustomEvent('toggle-table'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nanonet-chart': NanonetChart;
  }
}
