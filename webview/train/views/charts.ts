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

type CurveName = 'accuracy' | 'loss' | 'agreement' | 'trusted';

interface Kind {
  readonly curve: CurveName;
  /** Whether the person reads it as a table. */
  readonly memory: `${CurveName}AsTable`;
  readonly title: string;
  readonly range: ChartSpec['range'];
  readonly format: ChartSpec['format'];
}

const kinds: readonly Kind[] = [
  {
    curve: 'accuracy',
    memory: 'accuracyAsTable',
    title: words.accuracyChart,
    range: shareRange,
    format: share,
  },
  { curve: 'loss', memory: 'lossAsTable', title: words.lossChart, range: lossRange, format: loss },
  {
    curve: 'agreement',
    memory: 'agreementAsTable',
    title: words.agreementChart,
    range: shareRange,
    format: share,
  },
  { curve: 'trusted', memory: 'trustedAsTable', title: words.trustedChart, range: shareRange, format: share },
];

/** The charts with their key; one that nothing will come for is left out. `look` says which are read as a table. */
export function charts(
  snapshot: TrainSnapshot,
  look: ViewMemory,
  onLook: (change: ViewMemory) => void,
): TemplateResult {
  const { members } = snapshot;
  const lastStep = stepAtEnd(snapshot);
  const isOver = snapshot.state !== 'running' && snapshot.state !== 'paused';
  const shown = kinds.filter(({ curve }) => !isOver || members.some((member) => member[curve].length > 0));
  return html`
    <section class="curves" aria-labelledby="curves-heading">
      <header class="section-header">
        <h2 id="curves-heading">${words.curves}</h2>
        ${legend(members)}
      </header>
      <div class="charts">
        ${shown.map(({ curve, memory, ...kind }) => {
          const asTable = look[memory] === true;
          const spec: ChartSpec = { ...kind, curves: curvesOf(members, curve), lastStep };
          return html`<nanonet-chart
            class="chart"
            .spec=${spec}
            .asTable=${asTable}
            @toggle-table=${() => onLook({ [memory]: !asTable })}
          ></nanonet-chart>`;
        })}
      </div>
    </section>
  `;
}

function curvesOf(members: readonly MemberSnapshot[], curve: CurveName): Curve[] {
  return members.map((member) => ({ id: member.id, name: words.member(member.id), points: member[curve] }));
}

/** Where the curves of the running stage will end: steps go on counting from the stage before. */
function stepAtEnd({ stage, step, of, members }: TrainSnapshot): number {
  if (stage !== 'teach' && stage !== 'train') return 0;
  const drawn = Math.max(0, ...members.map((member) => member.loss.at(-1)?.[0] ?? 0));
  return Math.max(of, drawn + of - step);
}
