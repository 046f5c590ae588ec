/** What was classified and is still shown: at most one answer a document, gone with its next edit. */
import * as vscode from 'vscode';
import type { Prediction } from '../../protocol/engineApi';
import { setContext } from '../contextKeys';
import { Disposable } from '../disposable';
import type { Project } from '../workspace/project';

export interface Classification {
  readonly project: Project;
  /** Undefined for the whole document. */
  readonly range?: vscode.Range;
  /** What the model has read: of a row or a page not all that stands there. */
  readonly text: string;
  readonly prediction: Prediction;
  /** The model's version: 'v3'. */
  readonly model: string;
}

export class Classifications extends Disposable {
  private readonly byDocument = new Map<string, Classification>();
  private readonly changed = this.own(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.changed.event;

  constructor() {
    super();
    this.own(vscode.workspace.onDidChangeTextDocument((event) => this.edited(event)));
    this.own(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.dismiss(uri)));
    this.own(vscode.window.onDidChangeActiveTextEditor(() => this.tellActive()));
  }

  of(uri: vscode.Uri): Classification | undefined {
    return this.byDocument.get(uri.toString());
  }

  show(uri: vscode.Uri, classification: Classification): void {
    this.byDocument.set(uri.toString(), classification);
    this.tell(uri);
  }

  dismiss(uri: vscode.Uri): void {
    if (this.byDocument.delete(uri.toString())) this.tell(uri);
  }

  private edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length > 0) this.dismiss(document.uri);
  }

  private tell(uri: vscode.Uri): void {
    this.tellActive();
    this.changed.fire(uri);
  }

  private tellActive(): void {
    const active = vscode.window.activeTextEditor?.document.uri;
    setContext('nanonet.classified', active !== undefined && this.of(active) !== undefined);
  }
}
