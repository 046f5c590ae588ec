import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { LearnedText } from '../../../../extension/protocol/panelApi';
import type { ConfusionCell } from '../../../../extension/protocol/report';
import { whole } from '../../format';
import { reportWords } from '../../reportWords';

interface CellTextsWishes {
  readonly open: (row: number) => void;
  readonly more: () => void;
}

/** The texts of a cell of the matrix, as far as they are shown; each opens in the editor. */
export function cellTexts(
  { is, takenFor, texts }: ConfusionCell,
  labels: readonly string[],
  shown: number,
  textAt: (row: number) => LearnedText | undefined,
  wishes: CellTextsWishes,
): TemplateResult {
  const left = texts.length - shown;
  return html`
    <section class="cell-texts" aria-labelledby="cell-heading">
      <h2 id="cell-heading" dir="auto">
        ${reportWords.cell(whole(texts.length), labels[is] ?? '', labels[takenFor] ?? '')}
      </h2>
      <ul>
        ${texts.slice(0, shown).map(({ row, id }) => {
          const { place = id, excerpt } = textAt(row) ?? { row };
          const name = place ?? reportWords.unknownText(whole(row + 1));
          return html`
            <li>
              <button
                type="button"
                class="text-row"
                title=${reportWords.openHint}
                @click=${() => wishes.open(row)}
              >
                <span class="excerpt" dir="auto">${excerpt ?? name}</span>
                ${excerpt === undefined ? nothing : html`<span class="quiet place" dir="auto">${name}</span>`}
              </button>
            </li>
          `;
        })}
      </ul>
      ${
        left > 0
          ? html`<button type="button" class="link" @click=${wishes.more}>
              ${reportWords.more(whole(left))}
            </button>`
          : nothing
      }
    </section>
  `;
}
