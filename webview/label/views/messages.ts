import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { LabelPanelState } from '../../../extension/protocol/labelPanelApi';

/** What went wrong with the last key. */
export function trouble(problem: string | undefined): TemplateResult | undefined {
  if (problem === undefined) return undefined;
  return html`
    <p class="message bad" role="alert">
      <span class="codicon codicon-error" aria-hidden="true"></span><span>${problem}</span>
    </p>
  `;
}

/** What the host wants to be known. */
export function notices({ notices: all, nothing: why }: LabelPanelState): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  const kind = why === 'failed' ? 'error' : 'warning';
  return html`
    <ul class="notices">
      ${all.map(
        (notice) => html`
          <li class="message">
            <span class="codicon codicon-${kind}" aria-hidden="true"></span><span>${notice}</span>
          </li>
        `,
      )}
    </ul>
  `;
}
