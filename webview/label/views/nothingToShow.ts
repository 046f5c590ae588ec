import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type {
  LabelPanelState,
  NothingToShow,
  PanelCommand,
  TextFilter,
} from '../../../extension/protocol/labelPanelApi';
import { words } from '../words';

interface Wishes {
  readonly run: (command: PanelCommand) => void;
  readonly show: (filter: TextFilter) => void;
  readonly openSet: () => void;
}

const commandsFor: Partial<Readonly<Record<NothingToShow, readonly PanelCommand[]>>> = {
  noClassifier: ['newClassifier', 'openSample'],
  noTexts: ['addSource'],
  allDecided: ['train'],
  failed: ['showLog'],
};

/** A state without a text says why, and offers what would come next. */
export function nothingToShow(panel: LabelPanelState, wishes: Wishes): TemplateResult {
  const why = panel.nothing ?? 'reading';
  const commands = commandsFor[why] ?? [];
  return html`
    <div class="nothing">
      <p>${words.nothing[why]}</p>
      <div class="buttons">
        ${commands.map(
          (command, at) => html`
            <button
              type="button"
              class="button ${at > 0 ? 'secondary' : ''}"
              @click=${() => wishes.run(command)}
            >
              ${words.commands[command]}
            </button>
          `,
        )}
        ${why === 'noLabels' ? button(words.newLabel, wishes.openSet) : nothing}
        ${why === 'noneMatches' ? button(words.clearFilter, () => wishes.show({ show: 'open' })) : nothing}
        ${
          why === 'allDecided' && panel.counts.skipped > 0
            ? button(words.skippedAgain, () => wishes.show({ show: 'skipped' }), 'secondary')
            : nothing
        }
      </div>
    </div>
  `;
}

function button(label: string, run: () => void, kind = ''): TemplateResult {
  return html`<button type="button" class="button ${kind}" @click=${run}>${label}</button>`;
}
