import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Disagreement, LabelPanelState } from '../../../extension/protocol/labelPanelApi';
import { share, whole } from '../../train/format';
import { words } from '../words';
import { toolHeading } from './toolHeading';

interface PeopleWishes {
  readonly show: (id: string) => void;
  readonly settle: (id: string, label: string) => void;
  readonly close: () => void;
}

/** How far people agree, and the texts where they do not, each to be settled by one button. */
export function peopleTool({ agreement }: LabelPanelState, wishes: PeopleWishes): TemplateResult {
  const { pairs, disagreements } = agreement;
  return html`
    ${toolHeading(words.people, wishes.close)}
    ${
      pairs.length === 0
        ? nothing
        : html`<ul>
              ${pairs.map(
                ({ a, b, texts, kappa }) =>
                  html`<li dir="auto">${words.agrees(a, b, whole(texts), share(kappa))}</li>`,
              )}
            </ul>
            <p class="quiet">${words.kappaHint}</p>`
    }
    <p class="quiet">${disagreements.length === 0 ? words.noDisagreement : words.settleHint}</p>
    <ul class="disagreements">
      ${disagreements.map((one) => disagreement(one, wishes))}
    </ul>
  `;
}

function disagreement({ id, place, excerpt, sides }: Disagreement, wishes: PeopleWishes): TemplateResult {
  return html`
    <li>
      <button type="button" class="row" title=${words.show} @click=${() => wishes.show(id)}>
        <span dir="auto">${excerpt}</span><span class="quiet" dir="auto">${place}</span>
      </button>
      <div class="buttons">
        ${sides.map(
          ({ by, label, at }) => html`
            <button
              type="button"
              class="button secondary"
              title=${at}
              dir="auto"
              @click=${() => wishes.settle(id, label)}
            >
              ${words.side(by, label === '' ? words.none : label)}
            </button>
          `,
        )}
      </div>
    </li>
  `;
}
