/** How errors reach a person: user errors as their sentence, bugs with the log, cancellation not at all. */
import * as vscode from 'vscode';
import type { ErrorCode } from '../protocol/appError';
import { AppError, CancelledError, messageOf } from '../protocol/appError';
import type { CommandId } from './commandIds';

/** What would come next: a button beside the sentence. */
export interface NextStep {
  readonly title: string;
  readonly command: CommandId | 'workbench.trust.manage' | 'workbench.action.files.openFolder';
  readonly arguments?: readonly unknown[];
}

/** Something is not there yet: not an error of anybody, and there is a button that makes it. */
export class MissingError extends AppError {
  constructor(
    code: ErrorCode,
    message: string,
    readonly next: NextStep,
  ) {
    super(code, message);
  }
}

/** Runs a command's work and shows what went wrong. Never rejects: there is nobody behind it who could act. */
export class Reporter {
  constructor(private readonly log: vscode.LogOutputChannel) {}

  async run(what: string, work: () => unknown): Promise<unknown> {
    try {
      return await work();
    } catch (error) {
      this.show(what, error);
      return undefined;
    }
  }

  /** Does not wait for the person's answer. */
  show(what: string, error: unknown): void {
    if (error instanceof CancelledError || error instanceof vscode.CancellationError) return;
    if (error instanceof MissingError) {
      const { title, command } = error.next;
      const args = error.next.arguments ?? [];
      void vscode.window.showInformationMessage(error.message, title).then((chosen) => {
        if (chosen === title) void vscode.commands.executeCommand(command, ...args);
      });
      return;
    }
    if (error instanceof AppError) {
      this.log.warn(`${what}: ${error.code}`);
      this.withLog(error.message);
      return;
    }
    this.log.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`);
    this.withLog(vscode.l10n.t('NanoNet made a mistake: {0}', messageOf(error)));
  }

  private withLog(message: string): void {
    const show = vscode.l10n.t('Show Log');
    void vscode.window.showErrorMessage(message, show).then((chosen) => {
      if (chosen === show) this.log.show();
    });
  }
}
