import '../chart';
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { MemberSnapshot, TrainSnapshot } from '../../../extension/protocol/snapshot';
import type { ChartSpec } from '../chartOptions';
import type { Curve } from '../curves';
import { lossRange, shareRange } from '../curves';
import { loss, share } from '../format';
import type { ViewMemory } from '../viewMemory';
import { words } from '../words';
import { legend } from './members';

/** Both charts with their key. `look` says which of them the person reads as a table. */
export function charts(
  snapshot: TrainSnapshot,
  look: ViewMemory,
  onLook: (change: ViewMemory) => void,
): TemplateResult {
  const { members } = snapshot;
  const lastStep = stepAtEnd(snapshot);
  const accuracySpec: ChartSpec = {
    title: words.accuracyChart,
    curves: curvesOf(members, ({ accuracy }) => accuracy),
    lastStep,
    range: shareRange,
    format: share,
  };
  const lossSpec: ChartSpec = {
    title: words.lossChart,
    curves: curvesOf(members, (member) => member.loss),
    lastStep,
    range: lossRange,
    format: loss,
  };
  const accuracyAsTable = look.accuracyAsTable === true;
  const lossAsTable = look.lossAsTable === true;
  return html`
    <section class="curves" aria-labelledby="curves-heading">
      <header class="section-header">
        <h2 id="curves-heading">${words.curves}</h2>
        ${legend(members)}
      </header>
      <div class="charts">
        <nanonet-chart
          class="chart"
          .spec=${accuracySpec}
          .asTable=${accuracyAsTable}
          @toggle-table=${() => onLook({ accuracyAsTable: !accuracyAsTable })}
        ></nanonet-chart>
        <nanonet-chart
          class="chart"
          .spec=${lossSpec}
          .asTable=${lossAsTable}
          @toggle-table=${() => onLook({ lossAsTable: !lossAsTable })}
        ></nanonet-chart>
      </div>
    </section>
  `;
}

function curvesOf(
  members: readonly MemberSnapshot[],
  points: (member: MemberSnapshot) => Curve['points'],
): Curve[] {
  return members.map((member) => ({ id: member.id, name: words.member(member.id), points: points(member) }));
}

/** Where the curves of the running stage will end: steps go on counting from the stage before. */
function stepAtEnd({ stage, step, of, members }: TrainSnapshot): number {
  if (stage !== 'teach' && stage !== 'train') return 0;
  const drawn = Math.max(0, ...members.map((member) => member.loss.at(-1)?.[0] ?? 0));
  return Math.max(of, drawn + of - step);
}
