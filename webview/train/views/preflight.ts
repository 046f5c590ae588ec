import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { TrainPanelState } from '../../../extension/protocol/panelApi';
import { missingLibraries } from '../../../extension/protocol/engineApi';
import type { Preflight } from '../../../extension/protocol/engineApi';
import { roughMemory, roughTime, whole } from '../format';
import { words } from '../words';

/** What a run would learn from, and what is missing for it. */
export function preflight(state: TrainPanelState, onLabel: () => void): TemplateResult {
  return html`<section class="preflight">${preflightLine(state, onLabel)} ${labelBars(state)}</section>`;
}

/** The same where another training is offered, after what there is to be seen of the last one. */
export function nextTraining(state: TrainPanelState, onLabel: () => void): TemplateResult {
  return html`
    <section aria-labelledby="next-heading">
      <h2 id="next-heading">${words.next}</h2>
      ${preflightLine(state, onLabel)}
    </section>
  `;
}

/** Texts, device, time, memory, and what would help most. */
function preflightLine(state: TrainPanelState, onLabel: () => void): TemplateResult {
  const { labelCounts, unlabelled, expected, advice, blocked: missing, snapshot } = state;
  const labelled = labelCounts.reduce((sum, { count }) => sum + count, 0);
  const added = labelled - (snapshot?.result?.counts.labelled ?? labelled);
  return html`
    <div class="preflight-line">
      <p>
        ${words.texts(whole(labelled), whole(unlabelled))}
        ${added > 0 ? words.newLabels(whole(added)) : nothing}
      </p>
      ${missing === undefined && expected !== null ? html`<p>${expected ? expectation(expected) : words.finding}</p>` : nothing}
      ${advice === undefined ? nothing : adviceLine(advice, onLabel)}
    </div>
  `;
}

function expectation({ device, durationMs, memoryBytes, skipped }: Preflight): TemplateResult {
  const left = skipped.filter(({ reason }) => reason !== undefined && reason !== missingLibraries);
  return html`
    ${words.expected(words.onDevice(device), roughTime(durationMs), roughMemory(memoryBytes))}
    ${left.map(
      ({ device: other, reason }) =>
        html`<span class="quiet">${words.leftOut(words.device(other), reason ?? '')}</span> `,
    )}
  `;
}

function adviceLine(
  { count, label }: NonNullable<TrainPanelState['advice']>,
  onLabel: () => void,
): TemplateResult {
  const what = label === undefined ? words.adviceForAny(whole(count)) : words.advice(whole(count), label);
  return html`
    <p>
      ${words.helpsMost} <span dir="auto">${what}</span>.
      <button class="link" type="button" @click=${onLabel}>${words.label}</button>
    </p>
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
