/** The way to the extension host, and the little that the webview itself remembers. */
import type { PanelClient } from '../../extension/protocol/panelConnection';
import { connectPanel } from '../../extension/protocol/panelConnection';

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
      const hear = (event: MessageEvent<unknown>): void => listener(event.data);
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
