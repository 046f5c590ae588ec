import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';

export interface Figure {
  readonly label: string;
  readonly value: string;
  /** Small, under the value. */
  readonly note?: string;
}

/** A row of facts: a small name over a number; large where they are the point of the page. */
export function figures(name: string, rows: readonly Figure[], isLarge = false): TemplateResult {
  return html`
    <dl class="figures ${isLarge ? 'large' : ''}" aria-label=${name}>
      ${rows.map(
        ({ label, value, note }) => html`
          <div>
            <dt>${label}</dt>
            <dd>${value}</dd>
            ${note === undefined ? nothing : html`<dd class="figure-note">${note}</dd>`}
          </div>
        `,
      )}
    </dl>
  `;
}
