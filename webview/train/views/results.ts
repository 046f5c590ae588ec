import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { ResultRow, TrainResult, TrainSnapshot } from '../../../extension/protocol/snapshot';
import { chosenRow } from '../chosen';
import { bytes, duration, share, short } from '../format';
import { words } from '../words';
import type { Figure } from './figures';
import { figures } from './figures';

/** What came out: the exported model in figures, and what it is compared with. */
export function results(snapshot: TrainSnapshot, result: TrainResult): TemplateResult {
  const chosen = chosenRow(snapshot);
  const accuracy = chosen && { label: words.figures.accuracy, value: share(chosen.accuracy) };
  return html`
    ${figures(words.results, [...(accuracy ? [accuracy] : []), ...modelFigures(snapshot, result)], true)}
    ${comparison(snapshot, result)}
  `;
}

/** What the exported model is compared with. */
export function comparison(snapshot: TrainSnapshot, result: TrainResult): TemplateResult {
  const chosen = chosenRow(snapshot);
  return html`
    <section aria-labelledby="results-heading">
      <header class="section-header">
        <h2 id="results-heading">${words.results}</h2>
        <span class="quiet"
          >${result.rows.length === 0 ? words.nothingMeasured : words.measuredOn(result.measuredOn)}</span
        >
      </header>
      ${result.rows.length === 0 ? nothing : resultTable(result.rows, chosen)}
    </section>
  `;
}

/** What there is to say of it that needs no labels. */
export function modelFigures(snapshot: TrainSnapshot, result: TrainResult): Figure[] {
  return [
    { label: words.figures.size, value: bytes(result.sizeBytes) },
    { label: words.figures.speed, value: words.figures.textsPerSecond(short(result.docsPerSecond)) },
    { label: words.figures.duration, value: duration(result.durationMs) },
    { label: words.figures.peakMemory, value: bytes(result.peakMemoryBytes) },
    { label: words.figures.device, value: words.device(snapshot.device) },
  ];
}

function resultTable(rows: readonly ResultRow[], chosen: ResultRow | undefined): TemplateResult {
  return html`
    <table class="numbers results">
      <thead>
        <tr>
          <th scope="col">${words.model}</th>
          <th scope="col">${words.accuracy}</th>
          <td class="bar-cell"></td>
          <th scope="col">${words.macroF1}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => resultRow(row, row.id === chosen?.id))}
      </tbody>
    </table>
  `;
}

function resultRow(row: ResultRow, isChosen: boolean): TemplateResult {
  return html`
    <tr class=${isChosen ? 'is-chosen' : ''}>
      <th scope="row">
        ${row.name}${isChosen ? html` <span class="chosen">${words.exported}</span>` : nothing}
      </th>
      <td>${share(row.accuracy)}</td>
      <td class="bar-cell" aria-hidden="true">
        <span class="bar"><span .style=${`width: ${100 * row.accuracy}%`}></span></span>
      </td>
      <td>${share(row.macroF1)}</td>
    </tr>
  `;
}
