/** A language model of the editor's, of whichever extension brings it. The editor asks the person for access to it by itself. */
import * as vscode from 'vscode';
import { AppError, CancelledError, messageOf } from '../../protocol/appError';
import { estimatedTokens } from '../../chat/budget';
import type { ChatAnswer, ChatModel, ChatQuestion, Destination } from '../../chat/chatModel';
import type { Consent } from '../../chat/consent';

const timeoutMs = 120_000;
/** No label needs a longer answer. */
const mostCharacters = 256 * 1024;

export function destinationOf({ vendor, name }: vscode.LanguageModelChat): Destination {
  // Only the extension that brings the model knows where it runs.
  return {
    host: vscode.l10n.t('{0} (an extension of the editor)', vendor),
    model: name,
    isLocal: false,
    isEncrypted: true,
  };
}

export class EditorModel implements ChatModel {
  readonly destination: Destination;

  /** @throws AppError('chat/no-consent') */
  constructor(
    private readonly model: vscode.LanguageModelChat,
    consent: Consent,
  ) {
    this.destination = destinationOf(model);
    consent.mustCover(this.destination);
  }

  async ask({ system, user }: ChatQuestion, signal: AbortSignal): Promise<ChatAnswer> {
    CancelledError.throwIf(signal);
    const cancellation = new vscode.CancellationTokenSource();
    const timeout = AbortSignal.timeout(timeoutMs);
    const either = AbortSignal.any([signal, timeout]);
    either.addEventListener('abort', () => cancellation.cancel(), { once: true });
    try {
      // The API has no system message: the task comes first, the text in a message of its own.
      const messages = [system, user].map((content) => vscode.LanguageModelChatMessage.User(content));
      const justification = vscode.l10n.t('To ask which label a text has.');
      const response = await this.model.sendRequest(messages, { justification }, cancellation.token);
      let text = '';
      for await (const piece of response.text) {
        text += piece;
        if (text.length > mostCharacters) throw tooLong(this.destination);
      }
      if (either.aborted) throw new CancelledError();
      return { text, usage: { input: estimatedTokens(system + user), output: estimatedTokens(text) } };
    } catch (error) {
      cancellation.cancel();
      CancelledError.throwIf(signal);
      if (AppError.is(error)) throw error;
      throw failure(error, timeout.aborted, this.destination);
    } finally {
      cancellation.dispose();
    }
  }
}

function tooLong({ model }: Destination): AppError {
  return new AppError('chat/too-large', `${model} answered with far more than a label needs.`);
}

function failure(error: unknown, tookTooLong: boolean, { model, host }: Destination): AppError {
  const options = { cause: error };
  if (tookTooLong) {
    return new AppError('chat/slow', `${model} did not answer within ${timeoutMs / 1000} s.`, options);
  }
  if (error instanceof vscode.LanguageModelError) {
    if (error.code === vscode.LanguageModelError.NoPermissions.name) {
      return new AppError(
        'chat/key',
        `NanoNet was not given access to ${model}; allow it, and ask again.`,
        options,
      );
    }
    if (error.code === vscode.LanguageModelError.NotFound.name) {
      return new AppError('chat/not-found', `${model} is no longer there; choose another model.`, options);
    }
    if (error.code === vscode.LanguageModelError.Blocked.name) {
      return new AppError('chat/refused', `${model} takes no more questions now; ask again later.`, options);
    }
  }
  return new AppError(
    'chat/server',
    `${model}, ${host}, has an error of its own: ${clean(messageOf(error))}.`,
    options,
  );
}

/** Messages of other extensions may be of any length and form. */
function clean(message: string): string {
  return message
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .replace(/\.$/, '')
    .slice(0, 120);
}
