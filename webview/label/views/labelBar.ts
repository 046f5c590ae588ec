import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { LabelPanelState, PanelLabel, PanelText } from '../../../extension/protocol/labelPanelApi';
import { share } from '../../train/format';
import type { Action } from '../keys';
import { labelStyle } from '../map/pointStyles';
import { words } from '../words';
import { shapeMark } from './shapeMark';

/** What the labels are about: the text that is shown, or what is selected on the map. */
export interface Labelled {
  readonly text?: PanelText | undefined;
  readonly isMap: boolean;
  /** There is something to label. */
  readonly isOpen: boolean;
}

/** The labels with their keys, the suggestion marked; below them what else can be said. Focus rests here beside a text. */
export function labelBar(
  { labels }: LabelPanelState,
  labelled: Labelled,
  keys: ReadonlyMap<string, string>,
  act: (action: Action) => void,
): TemplateResult {
  const keyOf = new Map([...keys].map(([key, name]) => [name, key]));
  const isDisabled = !labelled.isOpen;
  return html`
    <div class="labels" tabindex="0" role="toolbar" aria-label=${words.labels}>
      <div class="label-buttons">
        ${labels.map((label, at) => labelButton(label, at, keyOf.get(label.name), labelled, act))}
      </div>
      <div class="other-buttons">
        ${otherButton('none', words.none, '0', isDisabled, act)}
        ${
          labelled.isMap
            ? nothing
            : html`${otherButton('skip', words.skip, 'Space', isDisabled, act)}
              ${otherButton('back', words.back, '⌫', false, act)}`
        }
      </div>
    </div>
  `;
}

function labelButton(
  label: PanelLabel,
  position: number,
  key: string | undefined,
  { text, isMap, isOpen }: Labelled,
  act: (action: Action) => void,
): TemplateResult {
  const { name, colour, description } = label;
  const suggestion = text?.suggestion?.label === name ? text.suggestion : undefined;
  const isTaken = suggestion !== undefined && !suggestion.unsure;
  return html`
    <button
      type="button"
      tabindex="-1"
      class="label ${text?.label === name ? 'is-given' : ''} ${isTaken ? 'is-suggested' : ''}"
      aria-pressed=${isMap ? nothing : text?.label === name ? 'true' : 'false'}
      aria-keyshortcuts=${key ?? nothing}
      title=${description ?? nothing}
      ?disabled=${!isOpen}
      @click=${() => act({ do: 'label', label: name })}
    >
      <kbd aria-hidden="true">${key ?? ''}</kbd>
      ${
        isMap
          ? shapeMark(labelStyle(label, position))
          : html`<span class="dot" aria-hidden="true" .style=${`background: ${colour}`}></span>`
      }
      <span class="label-name" dir="auto">${name}</span>
      ${
        suggestion === undefined
          ? nothing
          : html`<span class="score"
              >${isTaken ? html`<span class="enter" aria-hidden="true">↵</span>` : nothing}
              ${share(suggestion.score)}<span class="for-ears">, ${words.suggestion}</span></span
            >`
      }
    </button>
  `;
}

function otherButton(
  what: 'none' | 'skip' | 'back',
  label: string,
  key: string,
  isDisabled: boolean,
  act: (action: Action) => void,
): TemplateResult {
  return html`
    <button
      type="button"
      tabindex="-1"
      class="label quiet-label"
      aria-keyshortcuts=${key === '⌫' ? 'Backspace' : key}
      ?disabled=${isDisabled}
      @click=${() => act({ do: what })}
    >
      <kbd aria-hidden="true">${key}</kbd><span class="label-name">${label}</span>
    </button>
  `;
}
