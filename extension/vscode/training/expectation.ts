/** What a training of a classifier would take, asked of the engine when a panel shows it, and kept until something changes. */
import * as vscode from 'vscode';
import type { Preflight, PreflightParams } from '../../protocol/engineApi';
import { messageOf } from '../../protocol/appError';
import { Disposable } from '../disposable';
import type { EngineHost } from '../engineHost';

export class Expectation extends Disposable {
  private asked = '';
  private readonly changed = this.own(new vscode.EventEmitter<void>());
  readonly onDidChange = this.changed.event;
  /** Of what was asked for last; undefined until it is found out, null when that failed. */
  newest: Preflight | null | undefined;

  constructor(
    private readonly engine: EngineHost,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super();
  }

  /** Does not wait: the answer comes with `onDidChange`. */
  ask(params: PreflightParams): void {
    const key = JSON.stringify(params);
    if (key === this.asked) return;
    this.asked = key;
    void this.find(params, key);
  }

  private async find(params: PreflightParams, key: string): Promise<void> {
    let found: Preflight | null = null;
    try {
      found = await (await this.engine.client()).preflight(params);
    } catch (error) {
      // Nobody waits for it, and a training says what is wrong.
      this.log.warn(`preflight: ${messageOf(error)}`);
    }
    if (this.asked !== key || this.isDisposed) return;
    this.newest = found;
    this.changed.fire();
  }
}
