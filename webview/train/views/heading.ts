import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';

export interface Action {
  /** Two actions are two buttons, so that a second press never means something else. */
  readonly id: string;
  readonly label: string;
  readonly run: () => void;
  /** The one button that a person most likely wants. */
  readonly isPrimary?: boolean;
  readonly isDisabled?: boolean;
}

export interface Heading {
  readonly title: string;
  /** Name of a codicon, and what it means by its colour: a class of the style sheet. */
  readonly icon?: { readonly name: string; readonly tone: 'good' | 'bad' | 'quiet' };
  readonly status: string;
  /** Small and calm, behind the status. */
  readonly detail?: string;
  /** A sentence of its own under it. */
  readonly note?: string;
  readonly actions: readonly Action[];
}

/** Classifier, state in one line, and what can be done: the same place in every state. */
export function heading({ title, icon, status, detail, note, actions }: Heading): TemplateResult {
  return html`
    <header class="heading">
      <div class="heading-words">
        <h1 tabindex="-1">${title}</h1>
        <p class="status">
          ${
            icon === undefined
              ? nothing
              : html`<span class="codicon codicon-${icon.name} ${icon.tone}" aria-hidden="true"></span>`
          }
          <span class="status-word">${status}</span>
          ${detail === undefined ? nothing : html`<span class="status-detail">${detail}</span>`}
        </p>
        ${note === undefined ? nothing : html`<p class="note">${note}</p>`}
      </div>
      <div class="actions">
        ${repeat(
          actions,
          ({ id }) => id,
          ({ label, run, isPrimary, isDisabled }) => html`
            <vscode-button ?secondary=${isPrimary !== true} ?disabled=${isDisabled} @click=${run}
              >${label}</vscode-button
            >
          `,
        )}
      </div>
    </header>
  `;
}
