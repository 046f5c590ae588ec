import { html, nothing, svg } from 'lit';
import type { SVGTemplateResult, TemplateResult } from 'lit';
import type { StudentFigures, TrainingReport } from '../../../../extension/protocol/report';
import type { TrainSnapshot } from '../../../../extension/protocol/snapshot';
import { shareRange, spreadLabels } from '../../curves';
import { bytes, share, short } from '../../format';
import { reportWords } from '../../reportWords';
import { words } from '../../words';
import { comparison } from '../results';
import type { Placing } from './plot';
import { box, plot } from './plot';

/** Of the largest circle. */
const largestRadius = 18;
const smallestRadius = 5;
const nameHeight = 14;
/** Right of the fastest one's circle. */
const roomForNames = 1.3;

type Measured = StudentFigures & { readonly accuracy: number };

/** What a larger student would cost, and bring: accuracy against speed. */
export function students(
  { students: all }: TrainingReport,
  run: TrainSnapshot,
  onExport: (student: string) => void,
): TemplateResult {
  const measured = all.filter((one): one is Measured => one.accuracy !== undefined);
  return html`
    <div class="chart-and-table">
      ${
        measured.length === 0
          ? nothing
          : html`<div>
              <h2>${reportWords.studentsChart}</h2>
              ${chart(measured)}
              <p class="quiet">${reportWords.studentsHint}</p>
            </div>`
      }
      ${table(all, onExport)}
    </div>
    ${run.result ? comparison(run, run.result) : nothing}
  `;
}

function chart(all: readonly Measured[]): TemplateResult {
  const accuracies = all.map(({ accuracy }) => accuracy);
  const fastest = Math.max(...all.map(({ docsPerSecond }) => docsPerSecond));
  const values = all.map(({ name, accuracy, docsPerSecond, sizeBytes }) =>
    reportWords.studentDot(name, share(accuracy), short(docsPerSecond), bytes(sizeBytes)),
  );
  return plot(
    {
      summary: reportWords.chart(reportWords.studentsChart, values),
      x: { name: reportWords.speed, range: [0, fastest * roomForNames || 1], format: short },
      y: {
        name: reportWords.accuracy,
        range: shareRange(Math.min(...accuracies), Math.max(...accuracies)),
        format: String,
      },
    },
    (at) => marks(all, at),
  );
}

/** Circles whose area is the size, each with its name beside it. */
function marks(all: readonly Measured[], at: Placing): SVGTemplateResult[] {
  const largest = Math.max(...all.map(({ sizeBytes }) => sizeBytes), 1);
  const centres = spreadLabels(
    all.map(({ accuracy }) => at.y(accuracy)),
    nameHeight,
    box.top,
    box.height - box.bottom,
  );
  return all.map(({ id, accuracy, docsPerSecond, sizeBytes, chosen }, i) => {
    const [x, y] = [at.x(docsPerSecond), at.y(accuracy)];
    const radius = Math.max(smallestRadius, largestRadius * Math.sqrt(sizeBytes / largest));
    return svg`
      <circle class="dot ${chosen ? 'after' : 'other'}" cx=${x} cy=${y} r=${radius.toFixed(1)}></circle>
      <text class="name ${chosen ? 'is-chosen' : ''}" x=${x + radius + 6} y=${centres[i] ?? y} dy="0.35em"
        >${words.member(id)}</text
      >
    `;
  });
}

function table(all: readonly StudentFigures[], onExport: (student: string) => void): TemplateResult {
  return html`
    <table class="numbers" aria-label=${reportWords.tabs.students}>
      <thead>
        <tr>
          <th scope="col">${reportWords.student}</th>
          <th scope="col">${reportWords.accuracy}</th>
          <th scope="col">${reportWords.speed}</th>
          <th scope="col">${reportWords.size}</th>
        </tr>
      </thead>
      <tbody>
        ${all.map(
          ({ id, name, chosen, accuracy, docsPerSecond, sizeBytes }) => html`
            <tr class=${chosen ? 'is-chosen' : ''}>
              <th scope="row">
                ${name}
                ${chosen ? html`<span class="chosen">${reportWords.exported}</span>` : exportButton(id, name, onExport)}
              </th>
              <td>${accuracy === undefined ? reportWords.missing : share(accuracy)}</td>
              <td>${short(docsPerSecond)}</td>
              <td>${bytes(sizeBytes)}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}

function exportButton(id: string, name: string, onExport: (student: string) => void): TemplateResult {
  const hint = reportWords.exportStudentHint(name);
  return html`<button
    type="button"
    class="plain-button"
    title=${hint}
    aria-label=${hint}
    @click=${() => onExport(id)}
  >
    ${reportWords.exportStudent}
  </button>`;
}
