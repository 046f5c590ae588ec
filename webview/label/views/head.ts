import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { LabelPanelState, OrderName } from '../../../extension/protocol/labelPanelApi';
import { whole } from '../../train/format';
import type { Action, Tool } from '../keys';
import { words } from '../words';

interface HeadWishes {
  readonly act: (action: Action) => void;
  readonly order: (order: OrderName) => void;
}

interface ToolButton {
  readonly action: Action;
  readonly icon: string;
  readonly label: string;
  readonly keys: string;
  readonly isDisabled?: boolean;
  readonly isPressed?: boolean;
}

/** Classifier, how far it is, texts a label, and the tools: the same place in every state. */
export function head(panel: LabelPanelState, wishes: HeadWishes, open: Tool | undefined): TemplateResult {
  const { counts, filter } = panel;
  const decided = counts.labelled + counts.none;
  const share = counts.texts === 0 ? 0 : decided / counts.texts;
  const isFiltered = filter.show !== 'open' || Object.keys(filter).length > 1;
  const isMap = panel.view === 'map';
  const tool = (name: Tool, icon: string, keys: string): ToolButton => ({
    action: { do: 'tool', tool: name },
    icon,
    label: words[name],
    keys,
    isPressed: open === name,
  });
  const buttons: ToolButton[] = [
    {
      action: { do: 'undo' },
      icon: 'discard',
      label: words.undo,
      keys: 'Ctrl+Z',
      isDisabled: !panel.canUndo,
    },
    {
      action: { do: 'redo' },
      icon: 'redo',
      label: words.redo,
      keys: 'Ctrl+Shift+Z',
      isDisabled: !panel.canRedo,
    },
    {
      action: { do: 'map' },
      icon: 'graph-scatter',
      label: words.map.map,
      keys: 'M',
      isPressed: isMap,
      isDisabled: panel.counts.texts === 0,
    },
    tool('search', 'search', '/'),
    tool('filter', isFiltered ? 'filter-filled' : 'filter', 'F'),
    { ...tool('similar', 'list-selection', 'S'), isDisabled: isMap },
    { ...tool('note', 'note', 'N'), isDisabled: isMap },
    tool('set', 'tag', 'L'),
    ...(panel.agreement.pairs.length > 0 ? [tool('people', 'organization', 'P')] : []),
    tool('keys', 'question', '?'),
  ];
  return html`
    <header class="head">
      <h1 tabindex="-1">${panel.classifier === '' ? 'NanoNet' : panel.classifier}</h1>
      <p class="progress">
        <span>${words.progress(whole(decided), whole(counts.texts))}</span>
        ${isFiltered ? html`<span>${words.left(whole(counts.left))}, ${words.filtered}</span>` : nothing}
      </p>
      <div class="tools" role="group" aria-label=${words.tools}>
        <label class="order">
          <span class="for-ears">${words.order}</span>
          <select
            @change=${(event: Event) => wishes.order((event.target as HTMLSelectElement).value as OrderName)}
          >
            ${(Object.keys(words.orders) as OrderName[]).map(
              (name) => html`
                <option
                  value=${name}
                  ?selected=${panel.order === name}
                  ?disabled=${panel.unavailable[name] !== undefined}
                  title=${panel.unavailable[name] ?? ''}
                >
                  ${words.orders[name]}
                </option>
              `,
            )}
          </select>
        </label>
        ${buttons.map((button) => toolButton(button, wishes.act))}
      </div>
      <span class="track" aria-hidden="true"><span .style=${`width: ${100 * share}%`}></span></span>
      ${bars(panel)}
    </header>
  `;
}

function toolButton(button: ToolButton, act: (action: Action) => void): TemplateResult {
  const { action, icon, label, keys, isDisabled = false, isPressed } = button;
  return html`
    <button
      type="button"
      class="icon-button"
      title="${label} (${keys})"
      aria-label=${label}
      aria-keyshortcuts=${keys.replace('Ctrl', 'Control')}
      aria-pressed=${isPressed === undefined ? nothing : String(isPressed)}
      ?disabled=${isDisabled}
      @click=${() => act(action)}
    >
      <span class="codicon codicon-${icon}" aria-hidden="true"></span>
    </button>
  `;
}

/** Texts a label, as small bars. */
function bars({ labels }: LabelPanelState): TemplateResult | typeof nothing {
  if (labels.length === 0) return nothing;
  const most = Math.max(1, ...labels.map(({ count }) => count));
  return html`
    <ul class="bars" aria-label=${words.counts} tabindex=${labels.length > 24 ? 0 : nothing}>
      ${labels.map(
        ({ name, count, colour }) => html`
          <li>
            <span class="bar-name" dir="auto" title=${name}>${name}</span>
            <span class="bar-count">${whole(count)}</span>
            <span class="bar" aria-hidden="true"
              ><span .style=${`width: ${(100 * count) / most}%; background: ${colour}`}></span
            ></span>
          </li>
        `,
      )}
    </ul>
  `;
}
