/**
 * The one RPC: vscode-jsonrpc, typed by a table of methods. The same two classes serve the engine's process
 * channel and the webview's `postMessage`; errors keep their code and cancellation crosses the wire.
 */
import { CancellationTokenSource, ConnectionError, ErrorCodes, ResponseError } from 'vscode-jsonrpc';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import type { ErrorCode } from './appError';
import { AppError, CancelledError, messageOf } from './appError';

/** Method name -> [params, result], as the interfaces of `engineApi.ts` and `panelApi.ts` write it. */
export type Requests<R> = { readonly [M in keyof R]: readonly [params: object, result: unknown] };
/** Method name -> params. */
export type Notifications<N> = { readonly [M in keyof N]: object };

/** One handler a request; a request without one does not compile. */
export type Handlers<R extends Requests<R>> = {
  readonly [M in keyof R]: (params: R[M][0], signal: AbortSignal) => Promise<R[M][1]>;
};

/** What `dispose()` of anything here gives back: ask once, call once. */
export interface Subscription {
  dispose(): void;
}

/** JSON-RPC codes of the wire. Both lie in the range that the specification leaves to the application. */
const wire = { appError: 1, cancelled: 2 } as const;

/** The other side went away before it answered. */
export class ConnectionClosedError extends Error {
  override readonly name = 'ConnectionClosedError';

  constructor() {
    super('The connection was closed before the answer came.');
  }
}

/** The side that asks. The connection must be listening; it is disposed with the client. */
export class RpcClient<R extends Requests<R>, N extends Notifications<N>> {
  constructor(private readonly connection: MessageConnection) {}

  /**
   * @throws AppError with the code that the other side gave; CancelledError when `signal` fired;
   * ConnectionClosedError when the other side went away; Error with the other side's message for a bug.
   */
  async request<M extends keyof R & string>(
    method: M,
    params: R[M][0],
    signal?: AbortSignal,
  ): Promise<R[M][1]> {
    CancelledError.throwIf(signal);
    const cancellation = new CancellationTokenSource();
    const cancel = (): void => cancellation.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await this.connection.sendRequest<R[M][1]>(method, params, cancellation.token);
    } catch (error) {
      throw received(error);
    } finally {
      signal?.removeEventListener('abort', cancel);
      cancellation.dispose();
    }
  }

  /** One listener a method: a later one replaces an earlier one. */
  on<M extends keyof N & string>(method: M, listener: (params: N[M]) => void): Subscription {
    return this.connection.onNotification(method, listener);
  }

  dispose(): void {
    this.connection.dispose();
  }
}

/** The side that answers. */
export class RpcServer<R extends Requests<R>, N extends Notifications<N>> {
  constructor(
    private readonly connection: MessageConnection,
    handlers: Handlers<R>,
  ) {
    answerRequests(connection, handlers);
    connection.listen();
  }

  /** Resolves when the message has left; a closed connection is not an error, the listener is simply gone. */
  async notify<M extends keyof N & string>(method: M, params: N[M]): Promise<void> {
    try {
      await this.connection.sendNotification(method, params);
    } catch (error) {
      if (!isClosed(error)) throw error;
    }
  }

  dispose(): void {
    this.connection.dispose();
  }
}

/** For a side that asks, and is asked back. */
export function answerRequests<R extends Requests<R>>(
  connection: MessageConnection,
  handlers: Handlers<R>,
): void {
  for (const method of Object.keys(handlers) as (keyof R & string)[]) {
    connection.onRequest(method, (params: R[typeof method][0], token: CancellationToken) =>
      answer(() => handlers[method](params, signalOf(token))),
    );
  }
}

async function answer<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw sent(error);
  }
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** An error as it travels. A bug keeps its stack, so that the log of the asking side can show it. */
function sent(error: unknown): ResponseError<unknown> {
  if (error instanceof CancelledError) return new ResponseError(wire.cancelled, error.message);
  if (error instanceof AppError) return new ResponseError(wire.appError, error.message, { code: error.code });
  const stack = error instanceof Error ? error.stack : undefined;
  return new ResponseError(ErrorCodes.InternalError, messageOf(error), { stack });
}

/** The inverse of `sent`. */
function received(error: unknown): unknown {
  if (isClosed(error)) return new ConnectionClosedError();
  if (!(error instanceof ResponseError)) return error;
  if (error.code === wire.cancelled) return new CancelledError();
  const data = (error.data ?? {}) as { code?: ErrorCode; stack?: string };
  if (error.code === wire.appError && data.code !== undefined) return new AppError(data.code, error.message);
  const bug = new Error(error.message);
  if (data.stack !== undefined) bug.stack = data.stack;
  return bug;
}

function isClosed(error: unknown): boolean {
  if (error instanceof ResponseError) {
    return error.code === ErrorCodes.PendingResponseRejected || error.code === ErrorCodes.MessageWriteError;
  }
  return error instanceof ConnectionError;
}
