/** The way to the extension host, and the little that the webview itself remembers. */
import { connectPanel } from '../../extension/protocol/panelConnection';
import type { Notifications, Requests, RpcClient } from '../../extension/protocol/rpc';
import { Newest } from './newest';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** `M` is where the person is looking: nothing that the host knows better. */
export interface Host<R extends Requests<R>, N extends Notifications<N>, M extends object> {
  readonly client: RpcClient<R, N>;
  readonly memory: Partial<M>;
  /** Merges into `memory`. */
  remember(change: Partial<M>): void;
}

/**
 * Once a page: the editor gives its API away a single time, and it stays in here.
 *
 * @param stateMethod the notification that brings a whole state
 */
export function connectHost<R extends Requests<R>, N extends Notifications<N>, M extends object>(
  stateMethod: keyof N & string,
): Host<R, N, M> {
  const vscode = acquireVsCodeApi();
  const client = connectPanel<R, N>({
    post: (message) => vscode.postMessage(message),
    listen: (listener) => {
      const states = new Newest<unknown>(listener);
      const hear = (event: MessageEvent<unknown>): void => {
        if (isState(event.data, stateMethod)) states.push(event.data);
        else listener(event.data);
      };
      window.addEventListener('message', hear);
      return { dispose: () => window.removeEventListener('message', hear) };
    },
  });
  let memory = (vscode.getState() ?? {}) as Partial<M>;
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
function isState(message: unknown, method: string): boolean {
  return typeof message === 'object' && message !== null && 'method' in message && message.method === method;
}
