/**
 * A scan in a process of its own: finding and reading fifty thousand files, and tables of any form, never keep the editor
 * waiting, and stop at once.
 */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { IPCMessageReader, IPCMessageWriter, createMessageConnection } from 'vscode-jsonrpc/node';
import { AppError, CancelledError } from '../../protocol/appError';
import { electronAsNode } from '../../protocol/electron';
import { ConnectionClosedError, RpcClient } from '../../protocol/rpc';
import { isScanEnd, type ScanBatch, type ScanEnd, type ScanParams, type ScanRequests } from './scanApi';

/** The bundle of `scanProgram.ts`, beside the one that this is in; from the sources themselves, what was built last. */
const program = [__dirname, join(__dirname, '..', '..', '..', 'dist')]
  .map((folder) => join(folder, 'scan.js'))
  .find((file) => existsSync(file));

/**
 * The pieces of a scan, the next one while the last is worked on; the end comes last.
 *
 * @throws AppError('sources/...'), AppError('results/...'), CancelledError
 */
export async function* scanApart(
  params: ScanParams,
  signal: AbortSignal,
): AsyncGenerator<ScanBatch | ScanEnd> {
  CancelledError.throwIf(signal);
  if (program === undefined) throw new Error('dist/scan.js is missing; build first.');
  const child = fork(program, [], {
    env: { ...process.env, ...electronAsNode() },
    // Not the parent's: an extension host that is debugged would hand on its inspector port.
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const end = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', end, { once: true });
  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  connection.listen();
  const rpc = new RpcClient<ScanRequests, Record<never, never>>(connection);
  const closed = (): void => rpc.dispose();
  child.once('exit', closed).once('error', closed);
  try {
    await rpc.request('scan/begin', params);
    let next = rpc.request('scan/next', {});
    for (;;) {
      const piece = await next;
      if (isScanEnd(piece)) return yield piece;
      next = rpc.request('scan/next', {});
      next.catch(() => undefined); // who waits for it hears of it
      yield piece;
    }
  } catch (error) {
    CancelledError.throwIf(signal);
    if (!(error instanceof ConnectionClosedError)) throw error;
    throw new AppError(
      'results/scan-ended',
      'Looking through the files ended early; what was classified so far is kept, so classify again.',
      { cause: error },
    );
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}
