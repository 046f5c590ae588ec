import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { words } from '../words';

/** What a tool is called, and the way out of it. */
export function toolHeading(title: string, close: () => void): TemplateResult {
  return html`
    <div class="tool-heading">
      <h2>${title}</h2>
      <button
        type="button"
        class="icon-button"
        title="${words.close} (Escape)"
        aria-label=${words.close}
        @click=${close}
      >
        <span class="codicon codicon-close" aria-hidden="true"></span>
      </button>
    </div>
  `;
}
