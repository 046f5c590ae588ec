import { MessageChannel as Pair } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { AppError, CancelledError } from '../../extension/protocol/appError';
import type { PanelNotifications, PanelRequests, TrainPanelState } from '../../extension/protocol/panelApi';
import type { MessageChannel } from '../../extension/protocol/panelConnection';
import { connectPanel, servePanel } from '../../extension/protocol/panelConnection';
import type { Handlers, RpcClient, RpcServer } from '../../extension/protocol/rpc';
import { ConnectionClosedError } from '../../extension/protocol/rpc';

const state: TrainPanelState = {
  classifier: 'topic',
  labelCounts: [{ label: 'bug', count: 1 }],
  unlabelled: 3,
};

type Client = RpcClient<PanelRequests, PanelNotifications>;
type Server = RpcServer<PanelRequests, PanelNotifications>;
let open: { client: Client; server: Server; close(): void } | undefined;

afterEach(() => {
  open?.close();
  open = undefined;
});

/** A structured-clone channel between the two ends, as a webview's is. */
function connect(handlers: Partial<Handlers<PanelRequests>> = {}): NonNullable<typeof open> {
  const pair = new Pair();
  const channel = (port: typeof pair.port1): MessageChannel => ({
    post: (message) => port.postMessage(message),
    listen: (listener) => {
      port.on('message', listener);
      return { dispose: () => port.off('message', listener) };
    },
  });
  const server = servePanel<PanelRequests, PanelNotifications>(channel(pair.port1), {
    'panel/ready': async () => state,
    'panel/exportStudent': async () => null,
    'panel/train': async () => null,
    'panel/pause': async () => null,
    'panel/resume': async () => null,
    'panel/cancel': async () => null,
    'panel/compare': async () => null,
    'panel/label': async () => null,
    'panel/showLog': async () => null,
    'panel/report': async () => ({ model: '' }),
    'panel/texts': async () => [],
    'panel/openText': async () => null,
    'panel/decide': async () => [],
    'panel/undo': async () => null,
    'panel/openSettings': async () => null,
    ...handlers,
  });
  const client = connectPanel<PanelRequests, PanelNotifications>(channel(pair.port2));
  open = { client, server, close: () => (client.dispose(), server.dispose(), pair.port1.close()) };
  // Neither end may stumble over what is not ours.
  pair.port1.postMessage({ type: 'somebody else' });
  pair.port2.postMessage('text');
  return open;
}

test('a request is answered and a state arrives', async () => {
  const { client, server } = connect();
  expect(await client.request('panel/ready', {})).toEqual(state);
  expect(await client.request('panel/train', {})).toBeNull();
  const arrived = new Promise((resolve) => client.on('panel/state', resolve));
  await server.notify('panel/state', { ...state, unlabelled: 7 });
  expect(await arrived).toEqual({ ...state, unlabelled: 7 });
});

test('an error keeps its code and sentence; a bug keeps its message', async () => {
  const { client } = connect({
    'panel/train': async () => {
      throw new AppError('train/no-labels', 'Label five texts first.');
    },
    'panel/showLog': async () => {
      throw new TypeError('x is undefined');
    },
  });
  const refused = await client.request('panel/train', {}).catch((error: unknown) => error);
  expect(AppError.is(refused, 'train/no-labels')).toBe(true);
  expect((refused as Error).message).toBe('Label five texts first.');
  const bug = await client.request('panel/showLog', {}).catch((error: unknown) => error);
  expect(bug).not.toBeInstanceOf(AppError);
  expect((bug as Error).message).toBe('x is undefined');
});

test('cancellation crosses the wire', async () => {
  const controller = new AbortController();
  const { client } = connect({
    'panel/train': (_params, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new CancelledError()));
        controller.abort();
      }),
  });
  await expect(client.request('panel/train', {}, controller.signal)).rejects.toBeInstanceOf(CancelledError);
  await expect(client.request('panel/train', {}, AbortSignal.abort())).rejects.toBeInstanceOf(CancelledError);
});

test('what is pending when the panel closes is told so', async () => {
  const { client, server } = connect({ 'panel/train': () => new Promise(() => undefined) });
  const pending = client.request('panel/train', {}).catch((error: unknown) => error);
  client.dispose();
  expect(await pending).toBeInstanceOf(ConnectionClosedError);
  expect(await client.request('panel/ready', {}).catch((error: unknown) => error)).toBeInstanceOf(
    ConnectionClosedError,
  );
  server.dispose();
  await server.notify('panel/state', state);
});
