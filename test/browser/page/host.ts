/**
 * The extension host's end of the panel, in the page: the protocol's own connection, over messages that are copied as
 * `postMessage` copies them. Runs in the browser, before the panel; the test drives `window.panelHost`.
 */
import { AppError } from '../../../extension/protocol/appError';
import type {
  LearnedText,
  PanelNotifications,
  PanelReport,
  PanelRequests,
  TrainPanelState,
} from '../../../extension/protocol/panelApi';
import { servePanel } from '../../../extension/protocol/panelConnection';
import { channel, kept } from './channel';

export interface PanelHost {
  /** Every request that arrived, in order. */
  readonly asked: (keyof PanelRequests)[];
  /** What the panel keeps over a reload. */
  readonly memory: unknown;
  /** Answers `panel/train`, and wishes for the report's texts, with an error, as a host that cannot do it does. */
  refuse: string | undefined;
  /** Sends a state as the host does. */
  send(state: TrainPanelState): void;
  /** Answers 'panel/ready' with this, at the page's start. */
  state: TrainPanelState;
  /** Answers 'panel/report'. */
  report: PanelReport | undefined;
  /** What was asked for of the report's texts, with what for. */
  readonly wishes: (readonly [method: keyof PanelRequests, params: object])[];
}

declare global {
  interface Window {
    panelHost: PanelHost;
    startReport: PanelReport | undefined;
    /** What the texts of the report begin with, by row. */
    startTexts: readonly LearnedText[] | undefined;
  }
}

const server = servePanel<PanelRequests, PanelNotifications>(channel, {
  'panel/ready': () => took('panel/ready', window.panelHost.state),
  'panel/train': () => {
    const { refuse } = window.panelHost;
    if (refuse !== undefined) return Promise.reject(new AppError('panel/refused', refuse));
    return took('panel/train', null);
  },
  'panel/pause': () => took('panel/pause', null),
  'panel/resume': () => took('panel/resume', null),
  'panel/cancel': () => took('panel/cancel', null),
  'panel/compare': () => took('panel/compare', null),
  'panel/label': () => took('panel/label', null),
  'panel/showLog': () => took('panel/showLog', null),
  'panel/report': () =>
    took('panel/report', window.panelHost.report ?? { model: '', missing: 'There is no report.' }),
  'panel/texts': (params) => {
    const known = new Map(window.startTexts?.map((text) => [text.row, text]));
    return wished(
      'panel/texts',
      params,
      params.rows.map((row) => known.get(row) ?? { row }),
    );
  },
  'panel/openText': (params) => wished('panel/openText', params, null),
  'panel/decide': (params) => {
    const { state } = window.panelHost;
    const decided = [...(state.decided ?? []), params.row];
    window.panelHost.state = { ...state, decided };
    return wished('panel/decide', params, decided);
  },
  'panel/undo': () => took('panel/undo', null),
  'panel/openSettings': (params) => wished('panel/openSettings', params, null),
  'panel/exportStudent': (params) => wished('panel/exportStudent', params, null),
});

function wished<T>(method: keyof PanelRequests, params: object, answer: T): Promise<T> {
  const { refuse, wishes } = window.panelHost;
  if (refuse !== undefined) return Promise.reject(new AppError('panel/refused', refuse));
  wishes.push([method, params]);
  return Promise.resolve(answer);
}

function took<T>(method: keyof PanelRequests, answer: T): Promise<T> {
  window.panelHost.asked.push(method);
  return Promise.resolve(answer);
}

window.panelHost = {
  asked: [],
  get memory() {
    return kept.memory;
  },
  refuse: undefined,
  state: window.startState as TrainPanelState,
  report: window.startReport,
  wishes: [],
  send(state) {
    this.state = state;
    void server.notify('panel/state', state);
  },
};
