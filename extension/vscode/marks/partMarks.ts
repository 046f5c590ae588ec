/** What a model says of the lines, paragraphs or rows of a document: after each that can be seen. */
import * as vscode from 'vscode';
import type { PartAnswer, PartAnswers } from '../classification/partAnswers';
import { shortPhraseOf } from '../classification/phrases';
import { Disposable } from '../disposable';
import { Debounced } from '../signals';
import { colourOf, type LabelColour } from './palette';

const settleMs = 30;

export class PartMarks extends Disposable {
  private readonly types = new Map<string, vscode.TextEditorDecorationType>();
  private readonly settled = this.own(new Debounced(() => this.drawAll(), settleMs));

  constructor(private readonly answers: PartAnswers) {
    super();
    const ask = (): void => this.settled.ask();
    this.own(answers.onDidChange(() => this.drawAll()));
    this.own(vscode.window.onDidChangeVisibleTextEditors(ask));
    this.own(vscode.window.onDidChangeTextEditorVisibleRanges(ask));
    this.own({ dispose: () => this.types.forEach((type) => type.dispose()) });
  }

  private drawAll(): void {
    for (const editor of vscode.window.visibleTextEditors) void this.draw(editor);
  }

  private async draw(editor: vscode.TextEditor): Promise<void> {
    const { document } = editor;
    const answers = await this.answers.of(document);
    if (this.isDisposed || document.isClosed) return;
    const marks = new Map<string, vscode.DecorationOptions[]>();
    for (const { start, end } of editor.visibleRanges) {
      for (const answer of within(answers, start.line, end.line)) {
        const colour = colourOfAnswer(answer);
        if (!this.types.has(colour.key)) this.types.set(colour.key, typeOf(colour));
        const { end: place } = answer.range;
        const contentText = shortPhraseOf(answer.prediction);
        const mark = { range: new vscode.Range(place, place), renderOptions: { after: { contentText } } };
        marks.set(colour.key, [...(marks.get(colour.key) ?? []), mark]);
      }
    }
    for (const [key, type] of this.types) editor.setDecorations(type, marks.get(key) ?? []);
  }
}

function colourOfAnswer({ project, prediction: { label } }: PartAnswer): LabelColour {
  const position = project.classifier.labels.findIndex(({ name }) => name === label);
  return colourOf(project.labelNamed(label), position);
}

function within(answers: readonly PartAnswer[], first: number, last: number): readonly PartAnswer[] {
  const from = answers.findIndex(({ range }) => range.end.line >= first);
  const next = answers.findIndex(({ range }) => range.start.line > last);
  return from < 0 ? [] : answers.slice(from, next < 0 ? undefined : next);
}

/** Slanted, as what nobody has said yet; what a person said stands upright, with a dot. */
function typeOf({ text }: LabelColour): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    after: {
      color: text,
      // In high contrast a selection is white.
      backgroundColor: new vscode.ThemeColor('editor.background'),
      margin: '0 0 0 1.5em',
      fontStyle: 'italic',
    },
  });
}
