import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { TrainPanelState } from '../../../extension/protocol/panelApi';
import { whole } from '../format';
import { words } from '../words';

/** What a run would learn from, and what is missing for it. */
export function preflight(state: TrainPanelState): TemplateResult {
  const labelled = state.labelCounts.reduce((sum, { count }) => sum + count, 0);
  return html`
    <section class="preflight">
      <p>${words.texts(whole(labelled), whole(state.unlabelled))}</p>
      ${labelBars(state)}
    </section>
  `;
}

/** Why training cannot start: one sentence, in every state that offers it. */
export function blocked(state: TrainPanelState): TemplateResult | typeof nothing {
  if (state.blocked === undefined) return nothing;
  return html`
    <p class="message">
      <span class="codicon codicon-info" aria-hidden="true"></span>
      <span>${state.blocked}</span>
    </p>
  `;
}

function labelBars({ labelCounts }: TrainPanelState): TemplateResult {
  if (labelCounts.length === 0) return html`<p class="quiet">${words.noLabels}</p>`;
  const most = Math.max(1, ...labelCounts.map(({ count }) => count));
  return html`
    <h2 id="labels-heading">${words.labelsAClass}</h2>
    <ul class="label-bars" aria-labelledby="labels-heading">
      ${labelCounts.map(
        ({ label, count }) => html`
          <li>
            <span class="label-name" dir="auto" title=${label}>${label}</span>
            <span class="label-count">${whole(count)}</span>
            <span class="bar" aria-hidden="true"
              ><span .style=${`width: ${(100 * count) / most}%`}></span
            ></span>
          </li>
        `,
      )}
    </ul>
  `;
}
