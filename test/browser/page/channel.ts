/** The two ends of `postMessage` in one page: what VS Code gives a webview, and what the host hears of it. */
import type { MessageChannel } from '../../../extension/protocol/panelConnection';

declare global {
  interface Window {
    /** What the test's page begins with. */
    startState: unknown;
    startMemory: unknown;
    acquireVsCodeApi: () => unknown;
  }
}

const heard = new Set<(message: unknown) => void>();

/** The host's end. */
export const channel: MessageChannel = {
  post: (message) => window.postMessage(message, '*'),
  listen: (listener) => {
    heard.add(listener);
    return { dispose: () => heard.delete(listener) };
  },
};

/** What the panel keeps over a reload. */
export const kept: { memory: unknown } = { memory: window.startMemory };

let isTaken = false;
window.acquireVsCodeApi = () => {
  if (isTaken) throw new Error('An instance of the VS Code API has already been acquired');
  isTaken = true;
  return {
    postMessage: (message: unknown) => {
      const copy: unknown = structuredClone(message);
      setTimeout(() => heard.forEach((listener) => listener(copy)));
    },
    getState: () => kept.memory,
    setState: (memory: unknown) => (kept.memory = structuredClone(memory)),
  };
};
