/** Label, change, clear: a document, a passage, or several files of the explorer. */
import * as vscode from 'vscode';
import { AppError } from '../../protocol/appError';
import { hashOf, placeIn, type Edit } from '../../project/labelEntry';
import type { Said } from '../../project/labelJournal';
import type { Classifications } from '../classification/classifications';
import type { PartAnswers } from '../classification/partAnswers';
import { MissingError } from '../report';
import { openFile } from '../workspace/documentTexts';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import { rowsOf } from '../workspace/documentRows';
import { targetsAt } from '../workspace/rowTargets';
import type { Target } from '../workspace/targets';
import { activeEditor, offsetsOf, targetOf } from '../workspace/targets';
import { pickLabel } from './pickLabel';

/** What the light bulb, the tests and other extensions may say; a person is asked for the rest. */
export interface LabelArguments {
  readonly label?: string;
  readonly uri?: vscode.Uri;
  readonly range?: vscode.Range;
}

/** Which answer is meant, where it is not the one at the cursor. */
export interface AnswerArguments {
  /** From 0, in the active editor. */
  readonly line?: number;
}

export class LabelCommands {
  constructor(
    private readonly projects: Projects,
    private readonly classifications: Classifications,
    private readonly partAnswers: PartAnswers,
  ) {}

  /**
   * The selected passage, or the document when nothing is selected; in a table the rows at the cursor; from the
   * explorer, the selected files.
   *
   * @throws MissingError, AppError of the journal
   */
  async label(from?: vscode.Uri | LabelArguments, selected?: readonly vscode.Uri[]): Promise<void> {
    const project = await this.projects.required();
    if (from instanceof vscode.Uri) {
      const uris = selected && selected.length > 0 ? selected : [from];
      const documents = await Promise.all(uris.map(openFile));
      const targets = await Promise.all(documents.map((document) => targetsAt(project, document)));
      return this.give(project, targets.flat());
    }
    return this.give(project, await this.targets(project, from), from?.label);
  }

  /** @throws MissingError, AppError('label/no-selection') when nothing is selected */
  async labelSelection(args?: LabelArguments): Promise<void> {
    const project = await this.projects.required();
    const targets = await this.targets(project, args);
    if (!targets[0]?.range) {
      throw new AppError(
        'label/no-selection',
        vscode.l10n.t('Nothing is selected; select the passage to label.'),
      );
    }
    return this.give(project, targets, args?.label);
  }

  /** The passage or row at the cursor, or the document. */
  async clear(from?: vscode.Uri | LabelArguments): Promise<void> {
    const project = await this.projects.required();
    const args = from instanceof vscode.Uri ? { uri: from } : from;
    const targets = args?.uri ? await this.targets(project, args) : await atCursor(project);
    const cleared = await project.journal.say(
      targets.map(({ text }) => ({ target: text, said: { op: 'clear' } })),
    );
    if (cleared.length > 0) return;
    throw new AppError('label/none', vscode.l10n.t('There is no label here to take away.'));
  }

  async undo(): Promise<void> {
    const project = await this.projects.required();
    const undone = await project.undo();
    said(
      undone ? vscode.l10n.t('Undone: {0}', excerptIn(undone)) : vscode.l10n.t('There is no label to undo.'),
    );
  }

  async redo(): Promise<void> {
    const project = await this.projects.required();
    const redone = await project.redo();
    said(
      redone ? vscode.l10n.t('Redone: {0}', excerptIn(redone)) : vscode.l10n.t('There is no label to redo.'),
    );
  }

  /** Makes the classification that is shown the label; where each part has one, goes to the next. */
  async accept(args?: AnswerArguments): Promise<void> {
    const { project, target, said } = await this.classified(args);
    await project.journal.say([{ target: target.text, said }]);
    this.classifications.dismiss(target.document.uri);
    await this.goOn(target);
  }

  /** Asks for the label that it should have been. */
  async correct(args?: AnswerArguments): Promise<void> {
    const { project, target, label } = await this.classified(args);
    await this.give(project, [target], undefined, { label, note: vscode.l10n.t('classified') });
    await this.goOn(target);
  }

  private async classified(
    args?: AnswerArguments,
  ): Promise<{ project: Project; target: Target; label: string; said: Said }> {
    const { document, selection } = activeEditor();
    const line = args?.line ?? selection.active.line;
    const found = this.classifications.of(document.uri) ?? (await this.partAnswers.at(document, line));
    if (!found) {
      throw new MissingError('classify/nothing', vscode.l10n.t('Nothing is classified here yet.'), {
        title: vscode.l10n.t('Classify File'),
        command: 'nanonet.classifyFile',
      });
    }
    const { project, range, prediction } = found;
    const { label, none } = prediction;
    const said = none ? ({ op: 'none' } as const) : ({ op: 'label', label } as const);
    const [target] = await targetsAt(project, document, range);
    return { project, target, label, said };
  }

  /** The cursor to the answer after a part that has its label now; it stays where the part has none. */
  private async goOn({ document, range }: Target): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!range || editor?.document !== document) return;
    const answers = await this.partAnswers.of(document);
    const next = answers.find(({ range: { end } }) => end.line >= range.start.line);
    if (!next || next.range.start.line <= range.start.line) return;
    const { start } = next.range;
    editor.selection = new vscode.Selection(start, start);
    editor.revealRange(next.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  private async targets(project: Project, args?: LabelArguments): Promise<Target[]> {
    if (args?.uri) {
      return targetsAt(project, await openFile(args.uri), args.range);
    }
    const { document, selection } = activeEditor();
    return targetsAt(project, document, selection);
  }

  /** Into the journal first; everything that shows labels follows it. */
  private async give(
    project: Project,
    targets: readonly Target[],
    label?: string,
    suggested?: { readonly label: string; readonly note: string },
  ): Promise<void> {
    const first = targets[0];
    if (!first) return;
    const given = label ?? (await pickLabel(project, titleFor(targets), suggested ?? has(project, first)));
    if (given === undefined) return;
    if (!project.classifier.labels.some(({ name }) => name === given)) await project.addLabels([given]);
    await project.journal.say(
      targets.map(({ text }) => ({ target: text, said: { op: 'label', label: given } })),
    );
    for (const { document } of targets) this.classifications.dismiss(document.uri);
  }
}

function titleFor(targets: readonly Target[]): string {
  const [first] = targets;
  const part = first?.text.part;
  if (targets.length > 1 || !first) {
    return part === undefined
      ? vscode.l10n.t('Label {0} files', targets.length)
      : vscode.l10n.t('Label {0} rows', targets.length);
  }
  if (first.text.range) return vscode.l10n.t('Label the selected passage');
  return part === undefined
    ? vscode.l10n.t('Label {0}', first.text.path)
    : vscode.l10n.t('Label {0}, {1}', first.text.path, part);
}

function has(project: Project, { text }: Target): { label: string; note: string } | undefined {
  const { state } = project.journal;
  const { range, path, part } = text;
  const hash = hashOf(text.text);
  const found = range
    ? state
        .passages(path, text.text, hash, part)
        .found.find((passage) => passage.range.start === range.start && passage.range.end === range.end)
    : state.documentLabel(path, hash, part);
  return found && { label: found.label, note: vscode.l10n.t('its label now') };
}

/** The rows at the cursor; of other texts the labelled passage that it is in, else the selection, else the document. */
async function atCursor(project: Project): Promise<Target[]> {
  const { document, selection } = activeEditor();
  if (rowsOf(project, document)) return targetsAt(project, document, selection);
  const whole = await targetOf(project, document);
  const { path, part } = whole.text;
  const text = document.getText();
  const { start, end } = offsetsOf(document, selection);
  const { found } = project.journal.state.passages(path, text, hashOf(text), part);
  const around = found
    .filter(({ range }) => range.start <= start && end <= range.end)
    .sort((a, b) => a.range.end - a.range.start - (b.range.end - b.range.start))[0];
  if (around) return [{ ...whole, text: { ...whole.text, text, range: around.range } }];
  return [await targetOf(project, document, selection)];
}

function excerptIn(edit: Edit): string {
  return placeIn(edit)?.excerpt ?? vscode.l10n.t('the change of the label set');
}

function said(message: string): void {
  vscode.window.setStatusBarMessage(message, 3000);
}
