import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { Curve, CurveTable } from './curves';
import { whole } from './format';
import { words } from './words';

/** The chart's twin. It scrolls in its own box, which the keyboard reaches. */
export function chartTable(
  title: string,
  curves: readonly Curve[],
  table: CurveTable,
  format: (value: number) => string,
): TemplateResult {
  return html`
    <div class="chart-table" role="region" aria-label=${title} tabindex="0">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">${words.step}</th>
            ${curves.map(({ name }) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${table.steps.map(
            (step, row) => html`
              <tr>
                <th scope="row">${whole(step)}</th>
                ${curves.map((_, curve) => {
                  const value = table.values[curve]?.[row];
                  return html`<td>${value === undefined ? '' : format(value)}</td>`;
                })}
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}
