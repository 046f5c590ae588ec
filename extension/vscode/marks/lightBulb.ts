/** The light bulb: labels for the selection, and what a classification may become. */
import * as vscode from 'vscode';
import type { Classifications } from '../classification/classifications';
import type { PartAnswers } from '../classification/partAnswers';
import type { CommandId } from '../commandIds';
import type { AnswerArguments, LabelArguments } from '../commands/label';
import type { Projects } from '../workspace/projects';
import { placeShown } from '../workspace/targets';

/** A longer list is what the quick pick is for. */
const offeredLabels = 9;

export class LightBulb implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.RefactorRewrite];

  constructor(
    private readonly projects: Projects,
    private readonly classifications: Classifications,
    private readonly partAnswers: PartAnswers,
  ) {}

  async provideCodeActions(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
    const project = this.projects.selected;
    if (!project || !placeShown(project, document.uri)) return [];
    const actions: vscode.CodeAction[] = [];
    const shown = this.classifications.of(document.uri);
    const isHere = shown && (shown.range === undefined || shown.range.intersection(range) !== undefined);
    const found = isHere ? shown : await this.partAnswers.at(document, range.start.line);
    if (found) {
      const { label } = found.prediction;
      const args: AnswerArguments = { line: range.start.line };
      const { QuickFix } = vscode.CodeActionKind;
      const accept = vscode.l10n.t('Accept label {0}', label);
      actions.push(action(accept, QuickFix, 'nanonet.acceptClassification', args));
      actions.push(action(vscode.l10n.t('Correct label…'), QuickFix, 'nanonet.correctClassification', args));
    }
    if (range.isEmpty) return actions;
    const { RefactorRewrite } = vscode.CodeActionKind;
    for (const { name } of project.classifier.labels.slice(0, offeredLabels)) {
      const args: LabelArguments = { label: name, uri: document.uri, range };
      const title = vscode.l10n.t('Label selection as {0}', name);
      actions.push(action(title, RefactorRewrite, 'nanonet.labelSelection', args));
    }
    actions.push(action(vscode.l10n.t('Label selection…'), RefactorRewrite, 'nanonet.labelSelection'));
    return actions;
  }
}

function action(
  title: string,
  kind: vscode.CodeActionKind,
  command: CommandId,
  ...args: unknown[]
): vscode.CodeAction {
  const made = new vscode.CodeAction(title, kind);
  made.command = { title, command, arguments: args };
  return made;
}
