import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { LabelPanelState, TextFilter } from '../../../extension/protocol/labelPanelApi';
import { words } from '../words';
import { toolHeading } from './toolHeading';

const scores = [0.5, 0.6, 0.7, 0.8, 0.9];

/** Which texts come by: takes effect with each choice. */
export function filterTool(
  panel: LabelPanelState,
  ask: (filter: TextFilter) => void,
  close: () => void,
): TemplateResult {
  const { filter } = panel;
  const choose = (change: Readonly<Record<string, unknown>>): void => {
    const chosen = Object.entries({ ...filter, ...change }).filter(([, value]) => value !== '');
    ask({ show: filter.show, ...Object.fromEntries(chosen) });
  };
  const names = [...panel.labels, ...panel.unknownLabels].map(({ name }) => name);
  return html`
    ${toolHeading(words.filter, close)}
    <form class="fields" @submit=${(event: Event) => event.preventDefault()}>
      ${field(
        words.show,
        filter.show,
        Object.entries(words.shows).map(([value, label]) => ({ value, label })),
        (value) => choose({ show: value }),
      )}
      ${field(
        words.whichLabel,
        filter.label ?? '',
        [{ value: '', label: words.anyLabel }, ...names.map((name) => ({ value: name, label: name }))],
        (value) => choose({ label: value, ...(value !== '' && { show: 'labelled' }) }),
      )}
      ${field(
        words.where,
        filter.path ?? '',
        [{ value: '', label: words.anywhere }, ...panel.paths.map((path) => ({ value: path, label: path }))],
        (value) => choose({ path: value }),
      )}
      ${field(
        words.below,
        filter.below === undefined ? '' : String(filter.below),
        [
          { value: '', label: words.anyScore },
          ...scores.map((score) => ({ value: String(score), label: String(score) })),
        ],
        (value) => choose({ below: value === '' ? '' : Number(value) }),
        panel.model === undefined,
      )}
      <div class="buttons">
        <button type="button" class="button secondary" @click=${() => ask({ show: 'open' })}>
          ${words.clearFilter}
        </button>
      </div>
    </form>
  `;
}

function field(
  label: string,
  value: string,
  options: readonly { readonly value: string; readonly label: string }[],
  choose: (value: string) => void,
  isDisabled = false,
): TemplateResult {
  return html`
    <label class="field">
      <span>${label}</span>
      <select
        ?disabled=${isDisabled}
        @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
      >
        ${options.map(
          (option) =>
            html`<option value=${option.value} ?selected=${option.value === value}>${option.label}</option>`,
        )}
      </select>
    </label>
  `;
}
