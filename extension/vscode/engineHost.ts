/** The one engine of the window: its process, and what it says to the log. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { AppError } from '../protocol/appError';
import type { EngineClient } from '../protocol/engineClient';
import { setContext } from './contextKeys';
import { Disposable } from './disposable';

/** Where the parts of the installed extension lie. */
export interface Installation {
  readonly engine: string;
  /** The embedded base model. */
  readonly base: string;
  readonly sample: string;
}

export function installationAt(extensionPath: string): Installation {
  return {
    engine: join(extensionPath, 'dist', 'engine.js'),
    base: join(extensionPath, 'models', 'all-MiniLM-L6-v2'),
    sample: join(extensionPath, 'dist', 'sample'),
  };
}

export class EngineHost extends Disposable {
  private made: EngineClient | undefined;
  private making: Promise<EngineClient> | undefined;

  constructor(
    private readonly installation: Installation,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super();
    this.own({ dispose: () => this.made?.dispose() });
  }

  /** Undefined while no process runs. */
  get pid(): number | undefined {
    return this.made?.pid;
  }

  /**
   * Its code is loaded with the first call, its process starts with the first request.
   *
   * @throws AppError('engine/missing')
   */
  client(): Promise<EngineClient> {
    this.making ??= this.make();
    return this.making;
  }

  /** Training that runs goes on in the new process. */
  async restart(): Promise<void> {
    await this.made?.restart();
    setContext('nanonet.engineCrashed', false);
  }

  private async make(): Promise<EngineClient> {
    const { engine } = this.installation;
    if (!existsSync(engine)) {
      this.making = undefined;
      throw new AppError(
        'engine/missing',
        vscode.l10n.t('{0} is missing; install the extension again.', engine),
      );
    }
    const { EngineClient } = await import('../protocol/engineClient');
    this.made = new EngineClient({
      modulePath: engine,
      log: (level, message) => this.log[level](`engine: ${message}`),
      onState: (state) => {
        this.log.info(`engine: ${state}`);
        setContext('nanonet.engineCrashed', state === 'crashed');
      },
    });
    if (this.isDisposed) this.made.dispose();
    return this.made;
  }
}
