/**
 * The extension host's end of the panel, in the page: the protocol's own connection, over messages that are copied as
 * `postMessage` copies them. Runs in the browser, before the panel; the test drives `window.panelHost`.
 */
import { AppError } from '../../../extension/protocol/appError';
import type { PanelRequests, TrainPanelState } from '../../../extension/protocol/panelApi';
import { servePanel } from '../../../extension/protocol/panelConnection';

export interface PanelHost {
  /** Every request that arrived, in order. */
  readonly asked: (keyof PanelRequests)[];
  /** What the panel keeps over a reload. */
  memory: unknown;
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
    startState: TrainPanelState;
    startMemory: unknown;
    acquireVsCodeApi: () => unknown;
  }
}

const heard = new Set<(message: unknown) => void>();

const server = servePanel(
  {
    post: (message) => window.postMessage(message, '*'),
    listen: (listener) => {
      heard.add(listener);
      return { dispose: () => heard.delete(listener) };
    },
  },
  {
    'panel/ready': () => took('panel/ready', window.panelHost.state),
    'panel/train': () => {
      const { refuse } = window.panelHost;
      if (refuse !== undefined) return Promise.reject(new AppError('panel/refused', refuse));
      return took('panel/train', null);
    },
    'panel/cancel': () => took('panel/cancel', null),
    'panel/showLog': () => took('panel/showLog', null),
  },
);

function took<T>(method: keyof PanelRequests, answer: T): Promise<T> {
  window.panelHost.asked.push(method);
  return Promise.resolve(answer);
}

window.panelHost = {
  asked: [],
  memory: window.startMemory,
  refuse: undefined,
  state: window.startState,
  send(state) {
    this.state = state;
    void server.notify('panel/state', state);
  },
};

let isTaken = false;
window.acquireVsCodeApi = () => {
  if (isTaken) throw new Error('An instance of the VS Code API has already been acquired');
  isTaken = true;
  return {
    postMessage: (message: unknown) => {
      const copy: unknown = structuredClone(message);
      setTimeout(() => heard.forEach((listener) => listener(copy)));
    },
    getState: () => window.panelHost.memory,
    setState: (memory: unknown) => (window.panelHost.memory = structuredClone(memory)),
  };
};
