/** The edge where VS Code's cancellation tokens become the signals that are used everywhere inside. */
import type * as vscode from 'vscode';

/** Fires when the token is cancelled. */
export function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** Calls `work` once, `delayMs` after the last time that it was asked for. */
export class Debounced {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly work: () => void,
    private readonly delayMs: number,
  ) {}

  ask(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.work(), this.delayMs);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}
