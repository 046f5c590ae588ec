import { html } from 'lit';
import type { TemplateResult, nothing } from 'lit';
import type { ConfusionCell, TrainingReport } from '../../../../extension/protocol/report';
import { whole } from '../../format';
import { reportWords } from '../../reportWords';

/** 'is takenFor' of a cell: its name on the page. */
export type CellKey = `${number} ${number}`;

export interface ConfusionLook {
  /** The cell whose texts are listed. */
  readonly open?: CellKey | undefined;
  /** The cell that Tab comes to. */
  readonly current?: CellKey | undefined;
}

export interface ConfusionWishes {
  readonly choose: (cell: CellKey) => void;
  readonly focus: (cell: CellKey) => void;
}

/** More columns than these have their names upright. */
const mostLevelNames = 8;
/** Of the mark's colour, in percent, where a cell has its whole row: words on it stay readable. By the root, so that few texts show. */
const fullestTint = 34;

export function keyOf({ is, takenFor }: Pick<ConfusionCell, 'is' | 'takenFor'>): CellKey {
  return `${is} ${takenFor}`;
}

/** Rows are the given labels, columns what their texts are taken for; `texts` are those of the open cell, if any. */
export function confusion(
  { labels, confusion: cells }: TrainingReport,
  { open, current }: ConfusionLook,
  wishes: ConfusionWishes,
  texts: TemplateResult | typeof nothing,
): TemplateResult {
  if (cells.length === 0) return html`<p>${reportWords.nothingMeasured}</p>`;
  const byKey = new Map(cells.map((cell) => [keyOf(cell), cell]));
  const totals = labels.map((_, is) =>
    cells.reduce((sum, cell) => (cell.is === is ? sum + cell.texts.length : sum), 0),
  );
  const stop = current !== undefined && byKey.has(current) ? current : keyOf(cells[0] as ConfusionCell);
  const onKey = (event: KeyboardEvent): void => {
    const next = neighbour(cells, stop, event.key);
    if (next === undefined) return;
    event.preventDefault();
    wishes.focus(next);
  };
  return html`
    <p class="quiet hint">${reportWords.matrixHint}</p>
    <div class="matrix" role="region" aria-label=${reportWords.matrix} tabindex="0">
      <table
        class=${labels.length > mostLevelNames ? 'upright' : ''}
        aria-label=${reportWords.matrix}
        @keydown=${onKey}
      >
        <thead>
          <tr>
            <th scope="col" class="corner">${reportWords.corner} \\ ${reportWords.takenFor}</th>
            ${labels.map((label) => html`<th scope="col" title=${label}><span dir="auto">${label}</span></th>`)}
          </tr>
        </thead>
        <tbody>
          ${labels.map(
            (label, is) => html`
              <tr>
                <th scope="row" title=${label}><span dir="auto">${label}</span></th>
                ${labels.map((takenFor, column) => {
                  const key: CellKey = `${is} ${column}`;
                  const cell = byKey.get(key);
                  if (!cell) return html`<td></td>`;
                  const count = whole(cell.texts.length);
                  const tint = Math.round(
                    fullestTint * Math.sqrt(cell.texts.length / Math.max(1, totals[is] ?? 1)),
                  );
                  return html`
                    <td>
                      <button
                        type="button"
                        id=${cellId(key)}
                        class="cell ${is === column ? 'right' : 'wrong'}"
                        .style=${`--tint: ${tint}%`}
                        aria-label=${reportWords.cell(count, label, takenFor)}
                        aria-expanded=${key === open ? 'true' : 'false'}
                        tabindex=${key === stop ? 0 : -1}
                        @click=${() => wishes.choose(key)}
                      >
                        ${count}
                      </button>
                    </td>
                  `;
                })}
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
    ${texts}
  `;
}

export function cellId(key: CellKey): string {
  return `cell-${key.replace(' ', '-')}`;
}

/** The next cell with texts in that direction; up and down, the nearest one of the next row that has any. */
export function neighbour(cells: readonly ConfusionCell[], from: CellKey, key: string): CellKey | undefined {
  const [is = 0, takenFor = 0] = from.split(' ').map(Number);
  const inRow = cells.filter((cell) => cell.is === is);
  const nearest = (
    candidates: readonly ConfusionCell[],
    far: (cell: ConfusionCell) => number,
  ): CellKey | undefined => {
    const best = candidates.reduce<ConfusionCell | undefined>(
      (a, b) => (a === undefined || far(b) < far(a) ? b : a),
      undefined,
    );
    return best && keyOf(best);
  };
  const rowwise = (candidates: readonly ConfusionCell[]): CellKey | undefined =>
    nearest(candidates, (cell) => Math.abs(cell.is - is) * 10_000 + Math.abs(cell.takenFor - takenFor));
  switch (key) {
    case 'ArrowRight':
      return nearest(
        inRow.filter((cell) => cell.takenFor > takenFor),
        (cell) => cell.takenFor,
      );
    case 'ArrowLeft':
      return nearest(
        inRow.filter((cell) => cell.takenFor < takenFor),
        (cell) => -cell.takenFor,
      );
    case 'ArrowDown':
      return rowwise(cells.filter((cell) => cell.is > is));
    case 'ArrowUp':
      return rowwise(cells.filter((cell) => cell.is < is));
    case 'Home':
      return nearest(inRow, (cell) => cell.takenFor);
    case 'End':
      return nearest(inRow, (cell) => -cell.takenFor);
    default:
      return undefined;
  }
}
