import { html, svg } from 'lit';
import type { TemplateResult } from 'lit';
import type { TrainingReport } from '../../../../extension/protocol/report';
import { shareRange } from '../../curves';
import { share, signedShare, whole } from '../../format';
import { reportWords } from '../../reportWords';
import { path, plot } from './plot';

/** How accuracy has grown with the labels, and what more of them would bring. */
export function learningCurve({ learningCurve: { points, tenMore } }: TrainingReport): TemplateResult {
  if (points.length === 0) return html`<p>${reportWords.noCurve}</p>`;
  const accuracies = points.map(({ accuracy }) => accuracy);
  const most = Math.max(...points.map(({ labels }) => labels));
  const values = points.map(
    ({ labels, accuracy }) => `${share(accuracy)} ${reportWords.labels} ${whole(labels)}`,
  );
  return html`
    <p class="hint">
      ${
        tenMore
          ? reportWords.tenMore(
              signedShare(tenMore.value),
              signedShare(tenMore.low),
              signedShare(tenMore.high),
            )
          : reportWords.cannotSay
      }
      <span class="quiet">${reportWords.curveHint}</span>
    </p>
    <div class="chart-and-table">
      <div>
        <h2>${reportWords.curve}</h2>
        ${plot(
          {
            summary: reportWords.chart(reportWords.curve, values),
            x: { name: reportWords.labels, range: [0, most * 1.05], format: whole },
            y: {
              name: reportWords.accuracy,
              range: shareRange(Math.min(...accuracies), Math.max(...accuracies)),
              format: String,
            },
          },
          (at) => {
            const places = points.map(({ labels, accuracy }) => [at.x(labels), at.y(accuracy)] as const);
            return svg`${path('line after', places)}${places.map(
              ([x, y]) => svg`<circle class="dot after" cx=${x} cy=${y} r="4"></circle>`,
            )}`;
          },
        )}
      </div>
      <table class="numbers" aria-label=${reportWords.curve}>
        <thead>
          <tr>
            <th scope="col">${reportWords.labels}</th>
            <th scope="col">${reportWords.accuracy}</th>
          </tr>
        </thead>
        <tbody>
          ${points.map(
            ({ labels, accuracy }) => html`
              <tr>
                <th scope="row">${whole(labels)}</th>
                <td>${share(accuracy)}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}
