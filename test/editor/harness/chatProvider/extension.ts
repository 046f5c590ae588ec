/** An extension that brings a language model, which is none: what it is asked is answered by `simulatedAnswer`. */
import * as vscode from 'vscode';
import { ticketKey } from '../../../chat/ticketKey';
import { simulatedAnswer } from '../../../chat/simulatedModel';

/** Of VS Code 1.104 and later, as far as it is needed here; the project's types are of the oldest version that it runs in. */
interface ChatProviders {
  registerLanguageModelChatProvider(
    vendor: string,
    provider: {
      provideLanguageModelChatInformation(): object[];
      provideLanguageModelChatResponse(
        model: { readonly id: string },
        messages: readonly vscode.LanguageModelChatMessage[],
        options: unknown,
        progress: vscode.Progress<vscode.LanguageModelTextPart>,
      ): Promise<void>;
      provideTokenCount(): Promise<number>;
    },
  ): vscode.Disposable;
}

const skill = { answerKey: ticketKey, proposes: 1, reflects: 1, sensitivity: 1, specificity: 1 };

export function activate(context: vscode.ExtensionContext): void {
  const lm = vscode.lm as unknown as ChatProviders;
  const model = {
    ...{ id: 'simulated-1', name: 'Simulated One', family: 'simulated', version: '1' },
    ...{ maxInputTokens: 100_000, maxOutputTokens: 10_000, capabilities: {} },
  };
  context.subscriptions.push(
    lm.registerLanguageModelChatProvider('simulated', {
      provideLanguageModelChatInformation: () => [model],
      provideLanguageModelChatResponse: (asked, messages, _options, progress) => {
        const [system = '', user = ''] = messages.map(({ content }) =>
          content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join(''),
        );
        const answer = simulatedAnswer({ model: asked.id, system, user, isConstrained: false }, skill);
        // In pieces, as models answer.
        for (let at = 0; at < answer.length; at += 7) {
          progress.report(new vscode.LanguageModelTextPart(answer.slice(at, at + 7)));
        }
        return Promise.resolve();
      },
      provideTokenCount: () => Promise.resolve(1),
    }),
  );
}
