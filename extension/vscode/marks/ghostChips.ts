/** The answer of a classification beside the selection, as a ghost. */
import * as vscode from 'vscode';
import type { Classifications } from '../classification/classifications';
import { phraseOf } from '../classification/phrases';
import { Disposable } from '../disposable';

export class GhostChips extends Disposable {
  // In front of the position, where labels stand behind it: two of one kind at one place would show as one.
  private readonly type = this.own(
    vscode.window.createTextEditorDecorationType({
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      before: {
        color: new vscode.ThemeColor('editorInlayHint.foreground'),
        // In high contrast a selection is white, and so are hints.
        backgroundColor: new vscode.ThemeColor('editor.background'),
        fontStyle: 'italic',
        margin: '0 0.4em 0 0.8em',
      },
    }),
  );

  constructor(private readonly classifications: Classifications) {
    super();
    this.own(classifications.onDidChange(() => this.draw()));
    this.own(vscode.window.onDidChangeVisibleTextEditors(() => this.draw()));
  }

  private draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const found = this.classifications.of(editor.document.uri);
      const options = found && {
        range: pointAt((found.range ?? editor.document.lineAt(0).range).end),
        renderOptions: { before: { contentText: phraseOf(found.prediction) } },
      };
      editor.setDecorations(this.type, options ? [options] : []);
    }
  }
}

function pointAt(position: vscode.Position): vscode.Range {
  return new vscode.Range(position, position);
}
