import { html, nothing, svg } from 'lit';
import type { TemplateResult } from 'lit';
import type { MemberSnapshot } from '../../../extension/protocol/snapshot';
import { layerRanges, loss, share, short, whole } from '../format';
import { cssColour, lineStyle } from '../lineStyle';
import { words } from '../words';

/** A row for each model that learns. */
export function membersTable(members: readonly MemberSnapshot[]): TemplateResult {
  return html`
    <section aria-labelledby="members-heading">
      <h2 id="members-heading">${words.members}</h2>
      <table class="numbers members">
        <thead>
          <tr>
            <th scope="col">${words.model}</th>
            <th scope="col" class="wide">${words.layers}</th>
            <th scope="col" class="wide">${words.trainedParameters}</th>
            <th scope="col">${words.lastLoss}</th>
            <th scope="col">${words.accuracy}</th>
            <th scope="col" title=${words.agreementHint}>${words.agreement}</th>
          </tr>
        </thead>
        <tbody>
          ${members.map(memberRow)}
        </tbody>
      </table>
    </section>
  `;
}

function memberRow(member: MemberSnapshot, position: number): TemplateResult {
  const layers = layerRanges(member.layers);
  const parameters = short(member.trainedParameters);
  return html`
    <tr>
      <th scope="row">
        <span class="member">
          ${lineSample(member.id, position)}
          <span>
            ${words.member(member.id)}
            ${member.chosen ? html`<span class="chosen">${words.exported}</span>` : nothing}
            <span class="narrow"
              >${words.layerCount(whole(member.layers.length))}, ${words.trained(parameters)}</span
            >
          </span>
        </span>
      </th>
      <td class="wide">${whole(member.layers.length)} <span class="quiet">(${layers})</span></td>
      <td class="wide">${parameters}</td>
      <td>${last(member.loss, loss)}</td>
      <td>${last(member.accuracy, share)}</td>
      <td>${last(member.agreement, share)}</td>
    </tr>
  `;
}

function last(points: MemberSnapshot['loss'], format: (value: number) => string): string {
  const point = points.at(-1);
  return point === undefined ? words.missing : format(point[1]);
}

/** The key to the charts: the same lines, over both of them. */
export function legend(members: readonly MemberSnapshot[]): TemplateResult {
  return html`
    <ul class="legend">
      ${members.map(
        ({ id }, position) => html`<li>${lineSample(id, position)}<span>${words.member(id)}</span></li>`,
      )}
    </ul>
  `;
}

/** A piece of the model's line as the charts draw it. */
function lineSample(id: string, position: number): TemplateResult {
  const style = lineStyle(id, position);
  const { dash, width } = style;
  return html`
    <svg class="line-sample" viewBox="0 0 28 8" width="28" height="8" aria-hidden="true">
      ${svg`<line x1="0" y1="4" x2="28" y2="4" stroke-width=${width} stroke-dasharray=${dash.join(' ') || nothing}
        .style=${`stroke: ${cssColour(style)}`}></line>`}
    </svg>
  `;
}
