import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { LabelPanelState, ListedText, PanelSaying } from '../../../extension/protocol/labelPanelApi';
import { share, whole } from '../../train/format';
import type { TextList } from '../tools';
import { words } from '../words';
import { toolHeading } from './toolHeading';

interface ListWishes {
  readonly search: (words: string) => void;
  readonly select: (ids: ReadonlySet<string>) => void;
  readonly show: (id: string) => void;
  readonly labelAll: (said: PanelSaying) => void;
  readonly close: () => void;
}

const longestList = 200;

/** Texts that were found, or are like the one that is shown: to look at, or to label together in one step. */
export function listTool(
  tool: 'search' | 'similar',
  panel: LabelPanelState,
  list: TextList,
  wishes: ListWishes,
): TemplateResult {
  const { texts, selected } = list;
  const count = whole(texts.length);
  const toggle = (id: string): void => {
    const others = new Set(selected);
    if (!others.delete(id)) others.add(id);
    wishes.select(others);
  };
  return html`
    ${toolHeading(words[tool], wishes.close)}
    ${
      tool !== 'search'
        ? nothing
        : html`<label class="field">
            <span>${words.searchFor}</span>
            <input
              type="search"
              dir="auto"
              @input=${(event: Event) => wishes.search((event.target as HTMLInputElement).value)}
            />
          </label>`
    }
    <p class="quiet" role="status">
      ${texts.length === longestList ? words.foundMany(count) : words.found(count)}
    </p>
    ${texts.length === 0 ? nothing : togetherForm(panel, list, wishes)}
    <ul class="list">
      ${repeat(
        texts,
        ({ id }) => id,
        (text) => textRow(text, selected.has(text.id), () => toggle(text.id), wishes.show),
      )}
    </ul>
  `;
}

function togetherForm(
  panel: LabelPanelState,
  { texts, selected }: TextList,
  wishes: ListWishes,
): TemplateResult {
  const isAll = selected.size === texts.length;
  const submit = (event: Event): void => {
    event.preventDefault();
    const label = (event.target as HTMLFormElement).querySelector('select')?.value;
    if (label !== undefined) wishes.labelAll({ op: 'label', label });
  };
  return html`
    <form class="together" @submit=${submit}>
      <label class="check">
        <input
          type="checkbox"
          .checked=${isAll}
          .indeterminate=${selected.size > 0 && !isAll}
          @change=${() => wishes.select(isAll ? new Set() : new Set(texts.map(({ id }) => id)))}
        />
        <span>${words.selectAll}</span>
      </label>
      <select aria-label=${words.whichLabel}>
        ${panel.labels.map(({ name }) => html`<option value=${name}>${name}</option>`)}
      </select>
      <button class="button" ?disabled=${selected.size === 0}>
        ${words.labelSelected(whole(selected.size))}
      </button>
    </form>
  `;
}

/** A text in a list, to select and to show. */
export function textRow(
  { id, place, excerpt, label, likeness }: ListedText,
  isSelected: boolean,
  toggle: () => void,
  show: (id: string) => void,
): TemplateResult {
  const about = [likeness === undefined ? undefined : share(likeness), label, place].filter(
    (part) => part !== undefined,
  );
  return html`
    <li>
      <input type="checkbox" aria-label=${words.select(excerpt)} .checked=${isSelected} @change=${toggle} />
      <button type="button" class="row" title=${words.show} @click=${() => show(id)}>
        <span class="excerpt" dir="auto">${excerpt}</span>
        <span class="quiet" dir="auto">${about.join(' · ')}</span>
      </button>
    </li>
  `;
}
