/** The labels of rows in a table that is open: a chip before each labelled row that can be seen. */
import * as vscode from 'vscode';
import { hashOf } from '../../project/labelEntry';
import { rowsWithin, type TextRow } from '../../project/textRows';
import { Disposable } from '../disposable';
import { Debounced } from '../signals';
import { rowsOf } from '../workspace/documentRows';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import { projectPath } from '../workspace/targets';
import { colourOf, type LabelColour } from './palette';

const settleMs = 120;

/** The label of a row, by its text where it moved. */
export function labelOfRow(
  project: Project,
  document: vscode.TextDocument,
  { part, text }: TextRow,
): string | undefined {
  const path = projectPath(project, document.uri);
  if (path === undefined || part === undefined || text === undefined) return undefined;
  return project.journal.state.labelOf({ path, part, hash: hashOf(text) });
}

export class RowMarks extends Disposable {
  private readonly types = new Map<string, vscode.TextEditorDecorationType>();
  private readonly settled = this.own(new Debounced(() => this.drawAll(), settleMs));

  constructor(private readonly projects: Projects) {
    super();
    const ask = (): void => this.settled.ask();
    this.own(projects.onDidChange(ask));
    this.own(vscode.window.onDidChangeVisibleTextEditors(ask));
    this.own(vscode.window.onDidChangeTextEditorVisibleRanges(ask));
    this.own(vscode.workspace.onDidChangeTextDocument(ask));
    this.own({ dispose: () => this.types.forEach((type) => type.dispose()) });
  }

  private drawAll(): void {
    const project = this.projects.selected;
    for (const editor of vscode.window.visibleTextEditors) {
      const rows = project && rowsOf(project, editor.document);
      if (rows) void this.draw(project, editor, rows);
      else this.show(editor, new Map());
    }
  }

  private async draw(
    project: Project,
    editor: vscode.TextEditor,
    reading: Promise<readonly TextRow[]>,
  ): Promise<void> {
    const { document, visibleRanges } = editor;
    const { version } = document;
    const rows = await reading;
    // Edited meanwhile: what follows the edit draws anew.
    if (this.isDisposed || document.version !== version) return;
    const marks = new Map<string, vscode.DecorationOptions[]>();
    for (const { start, end } of visibleRanges) {
      for (const row of rowsWithin(rows, start.line + 1, end.line + 1)) {
        const label = labelOfRow(project, document, row);
        if (label === undefined) continue;
        const position = project.classifier.labels.findIndex(({ name }) => name === label);
        const colour = colourOf(project.labelNamed(label), position);
        if (!this.types.has(colour.key)) this.types.set(colour.key, typeOf(colour));
        const beginning = new vscode.Range(row.line - 1, 0, row.line - 1, 0);
        const chip = { range: beginning, renderOptions: { before: { contentText: `● ${label}` } } };
        marks.set(colour.key, [...(marks.get(colour.key) ?? []), chip]);
      }
    }
    this.show(editor, marks);
  }

  private show(editor: vscode.TextEditor, marks: ReadonlyMap<string, vscode.DecorationOptions[]>): void {
    for (const [key, type] of this.types) editor.setDecorations(type, marks.get(key) ?? []);
  }
}

/** In front, where it is seen however long the row is. */
function typeOf({ text }: LabelColour): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    before: {
      color: text,
      backgroundColor: new vscode.ThemeColor('editor.background'),
      margin: '0 1em 0 0',
      fontStyle: 'normal',
    },
  });
}
