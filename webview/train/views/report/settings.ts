import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { TrainSettings } from '../../../../extension/protocol/engineApi';
import type { RunSettings, TrainingReport } from '../../../../extension/protocol/report';
import { layerRanges, whole } from '../../format';
import { reportWords } from '../../reportWords';

type Name = keyof typeof reportWords.settings;

/** What each setting looks like; in the order of the table. */
const shown: { readonly [N in Name]: (value: NonNullable<TrainSettings[N]>) => string } = {
  base: lastSegment,
  adapter: (kind) => reportWords.adapters[kind],
  students: (students) => students.map(layerRanges).join('; '),
  steps: whole,
  learningRate: String,
  windowTokens: whole,
  spreadShare: String,
  mutualShare: String,
  targetPrecision: String,
  seed: String,
  device: (device) => reportWords.devices[device],
};
const names = Object.keys(shown) as Name[];

/** What the training went by, and what a person has set for the next one. */
export function settings(
  { settings: run }: TrainingReport,
  set: TrainSettings | undefined,
  onOpen: (of: 'all' | 'classifier') => void,
): TemplateResult {
  return html`
    <p class="hint">
      ${run ? reportWords.settingsHint : reportWords.noSettings}
      <span class="quiet">${reportWords.setHint}</span>
    </p>
    ${run ? table(run, set) : nothing}
    <p class="actions-line">
      <button type="button" class="plain-button" @click=${() => onOpen('all')}>
        ${reportWords.openSettings}
      </button>
      <button type="button" class="plain-button" @click=${() => onOpen('classifier')}>
        ${reportWords.openClassifierFile}
      </button>
    </p>
  `;
}

function table(run: RunSettings, set: TrainSettings | undefined): TemplateResult {
  return html`
    <table class="numbers settings" aria-label=${reportWords.tabs.settings}>
      <thead>
        <tr>
          <th scope="col">${reportWords.setting}</th>
          <th scope="col">${reportWords.thisTraining}</th>
          <th scope="col">${reportWords.setNow}</th>
        </tr>
      </thead>
      <tbody>
        ${names.map((name) => {
          const [own, next] = [text(name, run), text(name, set ?? {})];
          return html`
            <tr>
              <th scope="row" title=${reportWords.settingHints[name]}>${reportWords.settings[name]}</th>
              <td dir="auto">${own ?? reportWords.usual}</td>
              <td dir="auto">
                ${next ?? html`<span class="quiet">${reportWords.notSet}</span>`}
                ${
                  next === undefined || next === own || name === 'device'
                    ? nothing
                    : html`<span class="chosen">${reportWords.changed}</span>`
                }
              </td>
            </tr>
          `;
        })}
      </tbody>
    </table>
  `;
}

function text<N extends Name>(name: N, of: TrainSettings): string | undefined {
  const value = of[name];
  return value === undefined ? undefined : shown[name](value as NonNullable<TrainSettings[N]>);
}

/** Of a folder's path: the rest is this machine's alone. */
function lastSegment(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}
