import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { LabelPanelState, PanelLabel, SetWish } from '../../../extension/protocol/labelPanelApi';
import { whole } from '../../train/format';
import { words } from '../words';
import { toolHeading } from './toolHeading';

interface SetWishes {
  readonly edit: (name: string | undefined) => void;
  readonly wish: (wish: SetWish) => void;
  readonly close: () => void;
}

const colours = Array.from({ length: 8 }, (_, at) => `nanonet.label${at + 1}`);
const colourNames = ['Blue', 'Orange', 'Green', 'Purple', 'Red', 'Yellow', 'Cyan', 'Grey'];

/** The label set, edited in place. */
export function setTool(
  panel: LabelPanelState,
  edited: string | undefined,
  wishes: SetWishes,
): TemplateResult {
  return html`
    ${toolHeading(words.set, wishes.close)}
    <ul class="set">
      ${repeat(
        panel.labels,
        ({ name }) => name,
        (label) => html`<li>${label.name === edited ? form(label, panel, wishes) : row(label, wishes)}</li>`,
      )}
    </ul>
    <form class="together" @submit=${(event: Event) => add(event, wishes)}>
      <input aria-label=${words.newLabel} placeholder=${words.newLabel} maxlength="80" dir="auto" />
      <button class="button">${words.add}</button>
    </form>
    ${unknown(panel, wishes)}
    <p class="quiet">${words.setIsSafe}</p>
  `;
}

function row({ name, colour, key, count, description }: PanelLabel, { edit }: SetWishes): TemplateResult {
  return html`
    <button type="button" class="row" @click=${() => edit(name)}>
      <span class="set-name">
        <span class="dot" aria-hidden="true" .style=${`background: ${colour}`}></span>
        <span class="for-ears">${words.edit}</span>
        <span dir="auto">${name}</span>
        ${key === undefined ? nothing : html`<kbd>${key}</kbd>`}
        <span class="quiet">${whole(count)}</span>
      </span>
      ${description === undefined ? nothing : html`<span class="quiet" dir="auto">${description}</span>`}
    </button>
  `;
}

function form(label: PanelLabel, panel: LabelPanelState, wishes: SetWishes): TemplateResult {
  const others = panel.labels.filter(({ name }) => name !== label.name);
  const save = (event: Event): void => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const given = (field: string): string => String(data.get(field) ?? '').trim();
    const [name, key, colour, description] = ['name', 'key', 'colour', 'description'].map(given);
    const edited = { name: name ?? '', key: key ?? '', colour: colour ?? '', description: description ?? '' };
    wishes.wish({ do: 'edit', name: label.name, label: edited });
  };
  return html`
    <form class="fields" @submit=${save}>
      <label class="field">
        <span>${words.name}</span>
        <input name="name" maxlength="80" dir="auto" .value=${label.name} />
      </label>
      <div class="two">
        <label class="field">
          <span>${words.key}</span>
          <input name="key" maxlength="1" .value=${label.key ?? ''} />
        </label>
        <label class="field">
          <span>${words.colour}</span>
          <select name="colour">
            ${colourOptions(label.colourName)}
          </select>
        </label>
      </div>
      <label class="field">
        <span>${words.description}</span>
        <textarea
          name="description"
          rows="2"
          maxlength="2000"
          dir="auto"
          .value=${label.description ?? ''}
        ></textarea>
      </label>
      <div class="buttons">
        <button class="button">${words.save}</button>
        <button
          type="button"
          class="button secondary"
          @click=${() => wishes.wish({ do: 'delete', name: label.name })}
        >
          ${words.deleteLabel}
        </button>
      </div>
      ${others.length === 0 ? nothing : mergeFields(label, others, wishes)} ${splitFields(label, wishes)}
    </form>
  `;
}

/** Chosen and then done: in a list alone, each arrow key would merge. */
function mergeFields(
  { name }: PanelLabel,
  others: readonly PanelLabel[],
  { wish }: SetWishes,
): TemplateResult {
  const merge = (event: Event): void => {
    const into = (event.target as HTMLElement).parentElement?.querySelector('select')?.value;
    if (into !== undefined) wish({ do: 'merge', names: [name], into });
  };
  return html`
    <div class="together">
      <label class="field">
        <span>${words.mergeInto}</span>
        <select>
          ${others.map((other) => html`<option value=${other.name}>${other.name}</option>`)}
        </select>
      </label>
      <button type="button" class="button secondary" @click=${merge}>${words.merge}</button>
    </div>
  `;
}

/** Enter in the field splits: it must not save the form around it. */
function splitFields({ name }: PanelLabel, { wish }: SetWishes): TemplateResult {
  const split = (event: Event): void => {
    event.preventDefault();
    const part = (event.currentTarget as HTMLElement)
      .closest('.together')
      ?.querySelector('input')
      ?.value.trim();
    if (part) wish({ do: 'split', name, part });
  };
  return html`
    <div class="together">
      <label class="field">
        <span>${words.splitOff}</span>
        <input
          maxlength="80"
          dir="auto"
          @keydown=${(event: KeyboardEvent) => (event.key === 'Enter' ? split(event) : undefined)}
        />
      </label>
      <button type="button" class="button secondary" @click=${split}>${words.split}</button>
    </div>
  `;
}

function colourOptions(chosen: string): TemplateResult {
  const own = chosen !== '' && !colours.includes(chosen) ? [chosen] : [];
  return html`${[...colours, ...own].map(
    (colour, at) =>
      html`<option value=${colour} ?selected=${colour === chosen}>${colourNames[at] ?? colour}</option>`,
  )}`;
}

function unknown({ unknownLabels }: LabelPanelState, { wish }: SetWishes): TemplateResult | typeof nothing {
  if (unknownLabels.length === 0) return nothing;
  return html`
    <h3>${words.unknown}</h3>
    <ul class="set">
      ${unknownLabels.map(
        ({ name, count }) => html`
          <li class="unknown">
            <span dir="auto">${name}</span> <span class="quiet">${whole(count)}</span>
            <button
              type="button"
              class="button secondary"
              aria-label=${words.adopt(name)}
              @click=${() => wish({ do: 'add', name })}
            >
              ${words.add}
            </button>
          </li>
        `,
      )}
    </ul>
  `;
}

function add(event: Event, { wish }: SetWishes): void {
  event.preventDefault();
  const input = (event.target as HTMLFormElement).querySelector('input');
  const name = input?.value.trim() ?? '';
  if (input === null || name === '') return;
  wish({ do: 'add', name });
  input.value = '';
}
