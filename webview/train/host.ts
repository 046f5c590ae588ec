/** The way to the extension host, and the little that the webview itself remembers. */
import type { PanelNotifications } from '../../extension/protocol/panelApi';
import type { PanelClient } from '../../extension/protocol/panelConnection';
import { connectPanel } from '../../extension/protocol/panelConnection';
import { Newest } from './newest';

/** Where the person is looking. Nothing that the host knows better. */
export interface ViewMemory {
  readonly accuracyAsTable?: boolean;
  readonly lossAsTable?: boolean;
  readonly scrollTop?: number;
}

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host {
  readonly client: PanelClient;
  readonly memory: ViewMemory;
  /** Merges into `memory`. */
  remember(change: ViewMemory): void;
}

/** Once a page: the editor gives its API away a single time, and it stays in here. */
export function connectHost(): Host {
  const vscode = acquireVsCodeApi();
  const client = connectPanel({
    post: (message) => vscode.postMessage(message),
    listen: (listener) => {
      const states = new Newest<unknown>(listener);
      const hear = (event: MessageEvent<unknown>): void => {
        if (isState(event.data)) states.push(event.data);
        else listener(event.data);
      };
      window.addEventListener('message', hear);
      return { dispose: () => window.removeEventListener('message', hear) };
    },
  });
  let memory = (vscode.getState() ?? {}) as ViewMemory;
  return {
    client,
    get memory() {
      return memory;
    },
    remember(change) {
      memory = { ...memory, ...change };
      vscode.setState(memory);
    },
  };
}

/**
 * States are thinned out before the connection sees them: it queues every message and takes one a timer, and a hidden
 * window's timers come once a second.
 */
function isState(message: unknown): boolean {
  const method: keyof PanelNotifications = 'panel/state';
  return typeof message === 'object' && message !== null && 'method' in message && message.method === method;
}
