/**
 * What a model says of the parts of open documents. An answer belongs to a text: it goes when that is edited, and comes along when the
 * text moves.
 */
import * as vscode from 'vscode';
import type { ModelVersion } from '../../project/modelStore';
import type { Prediction } from '../../protocol/engineApi';
import { setContext } from '../contextKeys';
import { Disposable } from '../disposable';
import { Debounced } from '../signals';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import type { Classification } from './classifications';
import { isLabelledIn, partsIn, type PartUnit } from './documentParts';

export type PartAnswer = Classification & { readonly range: vscode.Range };

/** What is known of one document. */
interface Asked {
  readonly project: Project;
  readonly unit: PartUnit;
  readonly model: ModelVersion;
  /** By text. */
  readonly known: Map<string, Prediction>;
  shown?: { readonly version: number; readonly answers: Promise<readonly PartAnswer[]> };
}

const settleMs = 60;

export class PartAnswers extends Disposable {
  private readonly byDocument = new Map<string, Asked>();
  private readonly changed = this.own(new vscode.EventEmitter<void>());
  readonly onDidChange = this.changed.event;
  private readonly settled = this.own(new Debounced(() => this.changed.fire(), settleMs));

  constructor(projects: Projects) {
    super();
    this.own(projects.onDidChange(() => this.lookAgain()));
    this.own(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.hide(uri)));
    this.own(vscode.window.onDidChangeActiveTextEditor(() => this.tellActive()));
    this.own(
      vscode.workspace.onDidChangeTextDocument(({ document: { uri } }) => {
        if (this.byDocument.has(uri.toString())) this.settled.ask();
      }),
    );
  }

  /** What is to be asked about a document from now on; of the same model, what it has said is kept. */
  begin({ uri }: vscode.TextDocument, project: Project, unit: PartUnit, model: ModelVersion): Asked {
    const before = this.byDocument.get(uri.toString());
    const known = before?.model.dir === model.dir ? before.known : new Map<string, Prediction>();
    const asked = { project, unit, model, known };
    this.byDocument.set(uri.toString(), asked);
    return asked;
  }

  /** Takes what the model said of texts. */
  take(asked: Asked, texts: readonly string[], predictions: readonly Prediction[]): void {
    predictions.forEach((prediction, at) => asked.known.set(texts[at] as string, prediction));
    this.lookAgain();
  }

  hide(uri: vscode.Uri): void {
    if (this.byDocument.delete(uri.toString())) this.tell();
  }

  /** In the order of the document as it stands; without the parts that have a label. */
  async of(document: vscode.TextDocument): Promise<readonly PartAnswer[]> {
    const asked = this.byDocument.get(document.uri.toString());
    if (!asked) return [];
    const { version } = document;
    if (asked.shown?.version !== version) asked.shown = { version, answers: this.read(asked, document) };
    const answers = await asked.shown.answers;
    return document.version === version ? answers : this.of(document);
  }

  /** The answer for the part that a line is in. @param line from 0 */
  async at(document: vscode.TextDocument, line: number): Promise<PartAnswer | undefined> {
    const answers = await this.of(document);
    return answers.find(({ range }) => range.start.line <= line && line <= range.end.line);
  }

  private async read(asked: Asked, document: vscode.TextDocument): Promise<PartAnswer[]> {
    const { project, unit, model, known } = asked;
    const parts = await partsIn(project, document, unit);
    const isLabelled = isLabelledIn(project, document);
    return parts.flatMap((part) => {
      const prediction = known.get(part.text);
      if (!prediction || isLabelled(part)) return [];
      const { range, text } = part;
      return [{ project, range, text, prediction, model: project.nameOf(model) }];
    });
  }

  private lookAgain(): void {
    for (const asked of this.byDocument.values()) delete asked.shown;
    this.tell();
  }

  private tell(): void {
    this.tellActive();
    this.settled.ask();
  }

  private tellActive(): void {
    const active = vscode.window.activeTextEditor?.document.uri;
    setContext('nanonet.partsClassified', active !== undefined && this.byDocument.has(active.toString()));
  }
}
