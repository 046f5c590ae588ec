/** Asks the newest model what a selection or a document is. */
import * as vscode from 'vscode';
import { AppError } from '../../protocol/appError';
import type { Prediction } from '../../protocol/engineApi';
import type { Classifications } from '../classification/classifications';
import { phraseOf } from '../classification/phrases';
import { requiredModel } from '../classification/requiredModel';
import type { EngineHost } from '../engineHost';
import { device } from '../settings';
import { signalOf } from '../signals';
import { openFile } from '../workspace/documentTexts';
import type { Projects } from '../workspace/projects';
import type { Target } from '../workspace/targets';
import { targetsAt } from '../workspace/rowTargets';
import { activeEditor, contentOf } from '../workspace/targets';

export class ClassifyCommands {
  constructor(
    private readonly projects: Projects,
    private readonly engine: EngineHost,
    private readonly classifications: Classifications,
  ) {}

  /** The selection, or the row at the cursor; the whole document when nothing is selected. */
  async classifySelection(): Promise<void> {
    const { document, selection } = activeEditor();
    return this.classify(document, selection);
  }

  async classifyFile(uri?: vscode.Uri): Promise<void> {
    if (!uri) return this.classify(activeEditor().document);
    const document = await openFile(uri);
    await vscode.window.showTextDocument(document, { preview: true });
    return this.classify(document);
  }

  dismiss(): void {
    const editor = vscode.window.activeTextEditor;
    if (editor) this.classifications.dismiss(editor.document.uri);
  }

  /** @throws MissingError without a model, AppError, CancelledError */
  private async classify(document: vscode.TextDocument, range?: vscode.Range): Promise<void> {
    const project = await this.projects.required();
    const model = requiredModel(project);
    const { version } = document;
    const [target] = await targetsAt(project, document, range);
    const [prediction] = await this.ask(model.dir, target);
    // Edited meanwhile: the answer is about a text that is no longer there.
    if (!prediction || document.version !== version) return;
    this.classifications.show(document.uri, {
      project,
      text: contentOf(target),
      prediction,
      model: model.version,
      ...(target.range && { range: target.range }),
    });
    vscode.window.setStatusBarMessage(`${project.name}: ${phraseOf(prediction)}`, 5000);
  }

  /** In the status bar, as it takes a moment; the first call also starts the engine. */
  private async ask(modelDir: string, target: Target): Promise<readonly Prediction[]> {
    const text = contentOf(target);
    if (text.trim() === '') {
      throw new AppError('classify/empty', vscode.l10n.t('There is no text here to classify.'));
    }
    const client = await this.engine.client();
    const options = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Classifying…') };
    return vscode.window.withProgress(options, (_progress, token) =>
      client.classify({ modelDir, texts: [text], device: device() }, { signal: signalOf(token) }),
    );
  }
}
