/** What stands behind a mark: who was labelled what and when, and what a classification may become. */
import * as vscode from 'vscode';
import type { LabelEntry } from '../../project/labelEntry';
import { hashOf, placeIn } from '../../project/labelEntry';
import { rowAt } from '../../project/textRows';
import type { Classification, Classifications } from '../classification/classifications';
import type { PartAnswers } from '../classification/partAnswers';
import { scored } from '../classification/phrases';
import type { Reasons } from '../classification/reasons';
import type { CommandId } from '../commandIds';
import type { AnswerArguments } from '../commands/label';
import type { Project } from '../workspace/project';
import { said } from './entryPhrase';
import type { Projects } from '../workspace/projects';
import { rowsOf } from '../workspace/documentRows';
import { editorHash, placeShown, projectPath, rangeOf } from '../workspace/targets';

/** Newest first; more would not be read. */
const shownHistory = 5;

export class Hovers implements vscode.HoverProvider {
  constructor(
    private readonly projects: Projects,
    private readonly classifications: Classifications,
    private readonly partAnswers: PartAnswers,
    private readonly reasons: Reasons,
  ) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.Hover | undefined> {
    const project = this.projects.selected;
    if (!project) return undefined;
    const parts = [
      await this.classified(document, position),
      ...passagesAt(project, document, position),
      position.line === 0 ? labelled(project, document) : undefined,
      await rowLabelled(project, document, position),
    ].filter((part) => part !== undefined);
    return parts.length > 0 ? new vscode.Hover(parts) : undefined;
  }

  private async classified(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.MarkdownString | undefined> {
    const shown = this.classifications.of(document.uri);
    const isHere = shown && (shown.range ? shown.range.contains(position) : position.line === 0);
    const found = isHere ? shown : await this.partAnswers.at(document, position.line);
    if (!found) return undefined;
    const { model } = found.project;
    const words = model && (await this.reasons.of(model.dir, found.text, found.prediction.label));
    return answer(found, position.line, words);
  }
}

/** Names of labels come from a file of the workspace: they are appended as text, never as markdown. So are words. */
function answer(
  { prediction, model }: Classification,
  line: number,
  words: readonly string[] = [],
): vscode.MarkdownString {
  const accept: CommandId = 'nanonet.acceptClassification';
  const correct: CommandId = 'nanonet.correctClassification';
  const text = new vscode.MarkdownString('', true);
  text.isTrusted = { enabledCommands: [accept, correct] };
  const { label, score, runnerUp, abstained, none, windows } = prediction;
  if (abstained && !none) text.appendText(vscode.l10n.t('The model is unsure.')).appendMarkdown('\n\n');
  const scores = [{ label, score }, ...(runnerUp ? [runnerUp] : [])].map(scored).join(' · ');
  text.appendText(vscode.l10n.t('{0} (model {1})', scores, model));
  if (windows > 1) text.appendText(` · ${vscode.l10n.t('read in {0} windows', windows)}`);
  if (words.length > 0) {
    const quoted = words.map((word) => `“${word}”`).join(', ');
    text.appendMarkdown('\n\n').appendText(vscode.l10n.t('Most for {0}: {1}', label, quoted));
  }
  const args: AnswerArguments = { line };
  const query = encodeURIComponent(JSON.stringify([args]));
  text.appendMarkdown(
    `\n\n[$(check) ${vscode.l10n.t('Accept')}](command:${accept}?${query}) &nbsp; [$(edit) ${vscode.l10n.t('Correct…')}](command:${correct}?${query})`,
  );
  return text;
}

function labelled(project: Project, document: vscode.TextDocument): vscode.MarkdownString | undefined {
  const place = placeShown(project, document.uri);
  if (!place) return undefined;
  const { path, part } = place;
  const found = project.journal.state.documentLabel(path, editorHash(path, document.getText()), part);
  if (!found) return undefined;
  const text = described(project, found.label, found.movedFrom);
  if (found.stale)
    text.appendText(vscode.l10n.t('The text was edited after it was labelled.')).appendMarkdown('\n\n');
  return withHistory(text, project.journal.textHistoryOf(path, part));
}

/** A row's history is that of its text, wherever in the file it was. */
async function rowLabelled(
  project: Project,
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.MarkdownString | undefined> {
  const path = projectPath(project, document.uri);
  const row = rowAt((await rowsOf(project, document)) ?? [], position.line + 1);
  if (path === undefined || row?.text === undefined || row.part === undefined) return undefined;
  const hash = hashOf(row.text);
  const found = project.journal.state.documentLabel(path, hash, row.part);
  if (!found || found.stale) return undefined;
  const history = project.journal.historyOf(path).filter((entry) => placeIn(entry)?.hash === hash);
  return withHistory(described(project, found.label, found.movedFrom), history);
}

function passagesAt(
  project: Project,
  document: vscode.TextDocument,
  position: vscode.Position,
): vscode.MarkdownString[] {
  const place = placeShown(project, document.uri);
  if (!place) return [];
  const { path, part } = place;
  const text = document.getText();
  const { found } = project.journal.state.passages(path, text, hashOf(text), part);
  return found
    .filter(({ range }) => rangeOf(document, range).contains(position))
    .map(({ label, movedFrom, edit }) => {
      const quote = edit.text.quote;
      const history = project.journal.historyOf(path).filter((entry) => placeIn(entry)?.quote === quote);
      return withHistory(described(project, label, movedFrom), history);
    });
}

function described(project: Project, label: string, movedFrom: string | undefined): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendText(vscode.l10n.t('{0}: {1}', project.name, label)).appendMarkdown('\n\n');
  const { description } = project.labelNamed(label);
  if (description !== undefined) text.appendText(description).appendMarkdown('\n\n');
  if (movedFrom !== undefined) {
    text.appendText(vscode.l10n.t('The same text was labelled at {0}.', movedFrom)).appendMarkdown('\n\n');
  }
  return text;
}

function withHistory(text: vscode.MarkdownString, history: readonly LabelEntry[]): vscode.MarkdownString {
  for (const entry of history.slice(-shownHistory).reverse()) {
    text.appendText(`${new Date(entry.at).toLocaleString()}  ${said(entry)}`).appendMarkdown('\n\n');
  }
  return text;
}
