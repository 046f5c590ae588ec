import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { PanelText } from '../../../extension/protocol/labelPanelApi';
import { words } from '../words';
import { decidedText } from './decidedText';

/** The text, in the editor's font, under its place. It is text: nothing in it is HTML. */
export function textCard(text: PanelText, open: () => void): TemplateResult {
  const { id, place, decision, label, note, isCut } = text;
  const said =
    decision === undefined
      ? undefined
      : decision === 'label'
        ? words.is.label(label ?? '')
        : words.is[decision];
  return html`
    <div class="place">
      <button type="button" class="link" title=${words.openText} aria-keyshortcuts="O" @click=${open}>
        <span class="codicon codicon-go-to-file" aria-hidden="true"></span><span dir="auto">${place}</span>
      </button>
      ${said === undefined ? nothing : html`<span class="decision">${said}</span>`}
      ${note === '' ? nothing : html`<span class="note" dir="auto">${note}</span>`}
    </div>
    <div
      class="text-scroll"
      tabindex="0"
      role="region"
      aria-label=${words.text}
      data-id=${id}
      .scrollTop=${live(0)}
    >
      <p class="text" dir="auto" data-testid="text">${decidedText(text)}</p>
      ${isCut ? html`<p class="quiet">${words.cut}</p>` : nothing}
    </div>
  `;
}
