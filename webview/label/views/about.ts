import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { LabelPanelState, PanelText } from '../../../extension/protocol/labelPanelApi';
import { share } from '../../train/format';
import { words } from '../words';

/** Why this text is next, what the model says of it, and its history. */
export function about(panel: LabelPanelState, text: PanelText): TemplateResult {
  const { why, decision, history, trace } = text;
  const reason = decision === undefined ? (why ?? words.whyOrder[panel.order]) : words.looksBack;
  return html`
    <section>
      <h2>${words.why}</h2>
      <p>${reason}</p>
      ${suggestionOf(panel, text)}
    </section>
    ${
      trace === undefined
        ? nothing
        : html`
            <section>
              <h2>${words.committee}</h2>
              <ul class="history">
                ${trace.map((line) => html`<li><span dir="auto">${line}</span></li>`)}
              </ul>
            </section>
          `
    }
    <section>
      <h2>${words.history}</h2>
      ${
        history.length === 0
          ? html`<p class="quiet">${words.noHistory}</p>`
          : html`<ul class="history">
              ${history.map(
                ({ at, said, by }) => html`
                  <li>
                    <span dir="auto">${said}</span>
                    <span class="quiet">${by === undefined ? at : `${at}, ${words.by(by)}`}</span>
                  </li>
                `,
              )}
            </ul>`
      }
    </section>
  `;
}

function suggestionOf(
  { model }: LabelPanelState,
  { suggestion, decided }: PanelText,
): TemplateResult | typeof nothing {
  if (suggestion === undefined) return nothing;
  const { label, score, runnerUp, unsure, byCommittee } = suggestion;
  const by = byCommittee ? words.suggestedByCommittee : model && words.suggestedBy(model);
  const parts = [{ label, score }, ...(runnerUp ? [runnerUp] : [])]
    .map((part) => words.suggests(part.label, share(part.score)))
    .join(' · ');
  return html`
    <p>${unsure ? words.unsure(parts) : parts} <span class="quiet">${by ?? nothing}</span></p>
    ${decided === undefined || decided.words.length === 0 ? nothing : html`<p class="quiet">${words.decided(label)}</p>`}
    ${decided?.passage === undefined ? nothing : passageOf()}
  `;
}

function passageOf(): TemplateResult {
  const show = (): void => document.querySelector('mark.passage')?.scrollIntoView({ block: 'center' });
  return html`
    <p class="quiet">
      ${words.passage}
      <button type="button" class="link" @click=${show}>${words.showPassage}</button>
    </p>
  `;
}
