/** `postMessage` as a transport of vscode-jsonrpc; the same code on both sides of a webview. */
import type { DataCallback, Message, MessageConnection, MessageWriter } from 'vscode-jsonrpc';
import { AbstractMessageReader, AbstractMessageWriter, createMessageConnection } from 'vscode-jsonrpc';
import type { Handlers, Notifications, Requests, Subscription } from './rpc';
import { RpcClient, RpcServer } from './rpc';

/**
 * Something that posts messages and hears them. In the host:
 * `{ post: (m) => void webview.postMessage(m), listen: (l) => webview.onDidReceiveMessage(l) }`; in the
 * webview: `vscode.postMessage` and the window's 'message' event.
 */
export interface MessageChannel {
  post(message: unknown): void;
  listen(listener: (message: unknown) => void): Subscription;
}

/** For the webview. */
export function connectPanel<R extends Requests<R>, N extends Notifications<N>>(
  channel: MessageChannel,
): RpcClient<R, N> {
  const connection = connectionOver(channel);
  connection.listen();
  return new RpcClient<R, N>(connection);
}

/** For the extension host. */
export function servePanel<R extends Requests<R>, N extends Notifications<N>>(
  channel: MessageChannel,
  handlers: Handlers<R>,
): RpcServer<R, N> {
  return new RpcServer<R, N>(connectionOver(channel), handlers);
}

function connectionOver(channel: MessageChannel): MessageConnection {
  return createMessageConnection(new ChannelReader(channel), new ChannelWriter(channel));
}

class ChannelReader extends AbstractMessageReader {
  private subscription: Subscription | undefined;

  constructor(private readonly channel: MessageChannel) {
    super();
  }

  listen(callback: DataCallback): Subscription {
    this.subscription = this.channel.listen((message) => {
      // The window hears other messages as well (the editor's own, extensions of the browser).
      if (isJsonRpc(message)) callback(message);
    });
    return this.subscription;
  }

  override dispose(): void {
    super.dispose();
    this.subscription?.dispose();
  }
}

class ChannelWriter extends AbstractMessageWriter implements MessageWriter {
  constructor(private readonly channel: MessageChannel) {
    super();
  }

  write(message: Message): Promise<void> {
    this.channel.post(message);
    return Promise.resolve();
  }

  end(): void {
    // The webview's life ends the channel.
  }
}

function isJsonRpc(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'jsonrpc' in message;
}
