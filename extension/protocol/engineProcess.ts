/** One life of the engine's process: from the fork to its end. `EngineClient` gives it more lives. */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { IPCMessageReader, IPCMessageWriter, createMessageConnection } from 'vscode-jsonrpc/node';
import { messageOf } from './appError';
import { electronAsNode } from './electron';
import type { AgentRequests } from './committeeApi';
import type { EngineNotifications, EngineRequests } from './engineApi';
import { answerRequests, RpcClient, type Handlers } from './rpc';

export type EngineLog = (level: EngineNotifications['engine/log']['level'], message: string) => void;

export interface EngineProcessOptions {
  /** Path of the bundled engine, `dist/engine.js`. */
  readonly modulePath: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Hears the engine's own log and whatever it or a native library writes to stdout and stderr. */
  readonly log?: EngineLog;
}

export class EngineProcess {
  readonly rpc: RpcClient<EngineRequests, EngineNotifications>;
  /** Resolves when the process is gone and all that it sent has arrived: how it ended, as a sentence part. */
  readonly ended: Promise<string>;
  private readonly child: ChildProcess;

  /** @param agents answers what the engine asks back */
  constructor(options: EngineProcessOptions, agents?: Handlers<AgentRequests>) {
    const log: EngineLog = options.log ?? ((): void => undefined);
    this.child = fork(options.modulePath, [], {
      env: { ...process.env, ...electronAsNode(), ...options.env },
      // Not the parent's: an extension host that is debugged would hand on its inspector port.
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.ended = endOf(this.child);
    lines(this.child, (line) => log('warn', line));
    lower(this.child, log);
    const connection = createMessageConnection(
      new IPCMessageReader(this.child),
      new IPCMessageWriter(this.child),
    );
    connection.onNotification('engine/log', (entry: EngineNotifications['engine/log']) =>
      log(entry.level, entry.message),
    );
    if (agents) answerRequests(connection, agents);
    connection.listen();
    this.rpc = new RpcClient(connection);
    void this.ended.then(() => this.rpc.dispose());
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Ends the process at once; what it was asked rejects with ConnectionClosedError. */
  kill(): void {
    this.child.kill('SIGKILL');
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    // The channel closes after the last message was read; the exit alone may come before that.
    child.once('exit', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
      if (child.connected) child.once('disconnect', () => resolve(how));
      else resolve(how);
    });
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(messageOf(error));
    });
  });
}

function lines(child: ChildProcess, each: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) if (line.trim() !== '') each(line);
    });
    stream?.on('end', () => {
      if (rest.trim() !== '') each(rest);
    });
  }
}

/** Training takes every core it is given; the editor must stay the first in line for them. */
function lower(child: ChildProcess, log: EngineLog): void {
  if (child.pid === undefined) return;
  try {
    setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    log('warn', `The engine keeps the editor's priority: ${messageOf(error)}`);
  }
}
