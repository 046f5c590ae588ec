import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { ClassFigures, Estimate, TrainingReport } from '../../../../extension/protocol/report';
import type { TrainSnapshot } from '../../../../extension/protocol/snapshot';
import { percent, share, whole } from '../../format';
import { reportWords } from '../../reportWords';
import { figures, type Figure } from '../figures';
import { modelFigures } from '../results';

/** The exported model in figures, and how right it is class by class. */
export function overview(
  { accuracy, macroF1, heldOut, level, classes }: TrainingReport,
  run: TrainSnapshot,
): TemplateResult {
  const { result } = run;
  return html`
    ${figures(
      reportWords.tabs.overview,
      [
        ...(accuracy ? [estimate(reportWords.accuracy, accuracy, heldOut)] : []),
        ...(macroF1 ? [estimate(reportWords.macroF1, macroF1, heldOut)] : []),
        ...(result ? modelFigures(run, result) : []),
      ],
      true,
    )}
    ${
      accuracy
        ? html`<p class="quiet hint">${reportWords.toldFrom(whole(heldOut), percent(level))}</p>
            ${classTable(classes)}`
        : html`<p class="hint">${reportWords.nothingMeasured}</p>`
    }
  `;
}

/** "0.87", and under it "0.82 to 0.91 from 42 labels". */
function estimate(label: string, { value, low, high }: Estimate, heldOut: number): Figure {
  return { label, value: share(value), note: reportWords.interval(share(low), share(high), whole(heldOut)) };
}

function classTable(classes: readonly ClassFigures[]): TemplateResult {
  return html`
    <table class="numbers classes" aria-label=${reportWords.classes}>
      <thead>
        <tr>
          <th scope="col">${reportWords.label}</th>
          <th scope="col" title=${reportWords.precisionHint}>${reportWords.precision}</th>
          <th scope="col" title=${reportWords.recallHint}>${reportWords.recall}</th>
          <th scope="col">${reportWords.f1}</th>
          <th scope="col">${reportWords.texts}</th>
        </tr>
      </thead>
      <tbody>
        ${classes.map(
          ({ label, texts, precision, recall, f1 }) => html`
            <tr>
              <th scope="row" class="label-cell" dir="auto" title=${label}>${label}</th>
              <td>${precision === undefined ? reportWords.missing : share(precision)}</td>
              <td>${texts === 0 ? reportWords.missing : share(recall)}</td>
              <td>${texts === 0 ? reportWords.missing : share(f1)}</td>
              <td>${whole(texts)}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}
