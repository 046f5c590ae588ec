/**
 * The extension host's end of the panel, in the page: the protocol's own connection, over messages that are copied as
 * `postMessage` copies them. Runs in the browser, before the panel; the test drives `window.panelHost`.
 */
import { AppError } from '../../../extension/protocol/appError';
import type {
  PanelNotifications,
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
  /** Answers the next `panel/train` with an error, as a host that cannot begin does. */
  refuse: string | undefined;
  /** Sends a state as the host does. */
  send(state: TrainPanelState): void;
  /** Answers 'panel/ready' with this, at the page's start. */
  state: TrainPanelState;
}

declare global {
  interface Window {
    panelHost: PanelHost;
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
});

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
  send(state) {
    this.state = state;
    void server.notify('panel/state', state);
  },
};
