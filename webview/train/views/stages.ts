import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Stage, TrainSnapshot } from '../../../extension/protocol/snapshot';
import { stages } from '../../../extension/protocol/snapshot';
import { whole } from '../format';
import { words } from '../words';

type StageState = 'done' | 'running' | 'paused' | 'waiting' | 'stopped';

const icons: Readonly<Record<StageState, string>> = {
  done: 'codicon-check',
  running: 'codicon-circle-filled',
  paused: 'codicon-debug-pause',
  waiting: 'codicon-circle-outline',
  stopped: 'codicon-circle-slash',
};

/** The stages as steps: the line over them is the progress, the running one's part of it fills. */
export function stageSteps(snapshot: TrainSnapshot): TemplateResult {
  return html`
    <ol class="stages" aria-label=${words.stages}>
      ${stages.map((stage) => step(stage, stateOf(stage, snapshot), snapshot))}
    </ol>
  `;
}

function stateOf(stage: Stage, { stage: current, state }: TrainSnapshot): StageState {
  if (state === 'done') return 'done';
  const distance = stages.indexOf(stage) - stages.indexOf(current);
  if (distance !== 0) return distance < 0 ? 'done' : 'waiting';
  return state === 'running' || state === 'paused' ? state : 'stopped';
}

function step(stage: Stage, state: StageState, snapshot: TrainSnapshot): TemplateResult {
  const { step: at, of } = snapshot;
  const isRunning = state === 'running';
  const isCounted = of > 1 && state !== 'done' && state !== 'waiting';
  return html`
    <li class="stage ${state} ${stage}" aria-current=${isRunning ? 'step' : nothing}>
      <span class="stage-line">
        ${
          isRunning
            ? html`<vscode-progress-bar
                aria-label=${words.stageNames[stage]}
                .max=${Math.max(1, of)}
                .value=${Math.min(at, of)}
                ?indeterminate=${of === 0}
              ></vscode-progress-bar>`
            : nothing
        }
      </span>
      <span class="codicon ${icons[state]}" aria-hidden="true"></span>
      <span class="stage-name"
        >${words.stageNames[stage]}<span class="for-ears">, ${words.stageStates[state]}</span></span
      >
      ${isCounted ? html`<span class="stage-count">${words.stepOf(whole(at), whole(of))}</span>` : nothing}
    </li>
  `;
}
