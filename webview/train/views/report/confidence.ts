import { html, svg } from 'lit';
import type { SVGTemplateResult, TemplateResult } from 'lit';
import type { Reliability, TrainingReport } from '../../../../extension/protocol/report';
import { share, whole } from '../../format';
import { reportWords } from '../../reportWords';
import type { Placing } from './plot';
import { path, plot } from './plot';

/** How far scores can be believed: reliability before and after calibration. */
export function confidence({ reliability: { before, after }, heldOut }: TrainingReport): TemplateResult {
  if (heldOut === 0) return html`<p>${reportWords.nothingMeasured}</p>`;
  const dots = after.bins.map(({ texts, score, accuracy }) =>
    reportWords.dot(whole(texts), share(score), share(accuracy)),
  );
  const summary = reportWords.chart(reportWords.reliability, dots);
  const axis = { range: [0, 1] as const, format: (value: number) => String(value) };
  return html`
    <p class="hint">${reportWords.calibration(share(after.ece), share(before.ece))}</p>
    <div class="chart-and-table">
      <div>
        <h2 id="reliability-heading">${reportWords.reliability}</h2>
        <ul class="legend">
          <li>${sample('after')}${reportWords.after}</li>
          <li>${sample('before')}${reportWords.before}</li>
        </ul>
        ${plot(
          { summary, x: { ...axis, name: reportWords.score }, y: { ...axis, name: reportWords.accuracy } },
          (at) => svg`
            ${path('diagonal', [[at.x(0), at.y(0)], [at.x(1), at.y(1)]] /* prettier-ignore */)}
            ${curve('before', before, at)} ${curve('after', after, at)}
          `,
        )}
      </div>
      <div>${table(reportWords.after, after)} ${table(reportWords.before, before)}</div>
    </div>
  `;
}

function curve(name: 'before' | 'after', { bins }: Reliability, at: Placing): SVGTemplateResult {
  const points = bins.map(({ score, accuracy }) => [at.x(score), at.y(accuracy)] as const);
  return svg`
    ${path(`line ${name}`, points)}
    ${points.map(([x, y]) => svg`<circle class="dot ${name}" cx=${x} cy=${y} r="4"></circle>`)}
  `;
}

function sample(name: 'before' | 'after'): TemplateResult {
  return html`
    <svg class="line-sample" viewBox="0 0 28 10" width="28" height="10" aria-hidden="true">
      ${path(`line ${name}`, [[0, 5], [28, 5]] /* prettier-ignore */)}
      ${svg`<circle class="dot ${name}" cx="14" cy="5" r="4"></circle>`}
    </svg>
  `;
}

function table(title: string, { bins }: Reliability): TemplateResult {
  return html`
    <table class="numbers">
      <caption>
        ${title}
      </caption>
      <thead>
        <tr>
          <th scope="col">${reportWords.scores}</th>
          <th scope="col">${reportWords.meanScore}</th>
          <th scope="col">${reportWords.accuracy}</th>
          <th scope="col">${reportWords.texts}</th>
        </tr>
      </thead>
      <tbody>
        ${bins.map(
          ({ from, to, score, accuracy, texts }) => html`
            <tr>
              <th scope="row">${reportWords.range(share(from), share(to))}</th>
              <td>${share(score)}</td>
              <td>${share(accuracy)}</td>
              <td>${whole(texts)}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}
