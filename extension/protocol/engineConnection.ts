/** The engine's end of the process channel. Used by `engine/main.ts` and nothing else. */
import { IPCMessageReader, IPCMessageWriter, createMessageConnection } from 'vscode-jsonrpc/node';
import type { AgentRequests } from './committeeApi';
import type { EngineNotifications, EngineRequests } from './engineApi';
import type { Handlers } from './rpc';
import { RpcClient, RpcServer } from './rpc';
import type { TrainSnapshot } from './snapshot';

export type EngineHandlers = Handlers<EngineRequests>;

/** What the engine says without being asked. Neither waits for the other side. */
export interface EngineOutput {
  /** `snapshot.runId` says whose progress it is. */
  progress(snapshot: TrainSnapshot): void;
  /** For the log of the editor or of the terminal; never contents of texts. */
  log(level: EngineNotifications['engine/log']['level'], message: string): void;
  /** Asks the parent for what its agents say. */
  readonly agents: RpcClient<AgentRequests, Record<never, never>>;
}

/**
 * Answers requests over this process's channel until the parent goes away, and ends with it. Ctrl-C in a
 * terminal reaches the whole process group; it is the parent's to decide, so it is ignored here.
 *
 * @throws Error when this process was not forked with a channel
 */
export function serveEngine(handlers: EngineHandlers): EngineOutput {
  if (process.send === undefined) throw new Error('The engine runs as a forked process, not by itself.');
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(0));
  const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
  const server = new RpcServer<EngineRequests, EngineNotifications>(connection, handlers);
  return {
    progress: (snapshot) => void server.notify('engine/progress', snapshot),
    log: (level, message) => void server.notify('engine/log', { level, message }),
    agents: new RpcClient(connection),
  };
}
