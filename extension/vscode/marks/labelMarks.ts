/** The labels in the text: a chip for the document, tint, dot and chip for each passage. */
import * as vscode from 'vscode';
import { hashOf } from '../../project/labelEntry';
import { Disposable } from '../disposable';
import { Debounced } from '../signals';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import { editorHash, placeShown, rangeOf } from '../workspace/targets';
import type { LabelColour } from './palette';
import { colourOf } from './palette';

/** A longer text is labelled all the same; only its passages are not looked for at each edit. */
const longestMarked = 2_000_000;
const settleMs = 120;

interface ColourTypes {
  readonly passage: vscode.TextEditorDecorationType;
  readonly document: vscode.TextEditorDecorationType;
}

interface Marks {
  readonly passages: vscode.DecorationOptions[];
  readonly documents: vscode.DecorationOptions[];
}

export class LabelMarks extends Disposable {
  private readonly types = new Map<string, ColourTypes>();
  private readonly settled = this.own(new Debounced(() => this.draw(), settleMs));

  constructor(private readonly projects: Projects) {
    super();
    this.own(projects.onDidChange(() => this.draw()));
    this.own(vscode.window.onDidChangeVisibleTextEditors(() => this.draw()));
    // The editor moves the marks with the text by itself; this finds them where the text decides anew.
    this.own(vscode.workspace.onDidChangeTextDocument(() => this.settled.ask()));
    this.own({ dispose: () => this.forgetTypes() });
  }

  private draw(): void {
    const project = this.projects.selected;
    for (const editor of vscode.window.visibleTextEditors) {
      const marks = project
        ? marksOf(project, editor.document)
        : new Map<string, Marks & { colour: LabelColour }>();
      for (const [key, { colour }] of marks) if (!this.types.has(key)) this.types.set(key, typesOf(colour));
      for (const [key, { passage, document }] of this.types) {
        editor.setDecorations(passage, marks.get(key)?.passages ?? []);
        editor.setDecorations(document, marks.get(key)?.documents ?? []);
      }
    }
  }

  private forgetTypes(): void {
    for (const { passage, document } of this.types.values()) {
      passage.dispose();
      document.dispose();
    }
    this.types.clear();
  }
}

/** By colour. */
function marksOf(
  project: Project,
  document: vscode.TextDocument,
): Map<string, Marks & { colour: LabelColour }> {
  const marks = new Map<string, Marks & { colour: LabelColour }>();
  const place = placeShown(project, document.uri);
  if (!place) return marks;
  const { path, part } = place;
  const marksFor = (label: string): Marks => {
    const { labels } = project.classifier;
    const position = labels.findIndex(({ name }) => name === label);
    const colour = colourOf(project.labelNamed(label), position);
    const found = marks.get(colour.key) ?? { colour, passages: [], documents: [] };
    marks.set(colour.key, found);
    return found;
  };
  const text = document.getText();
  const { state } = project.journal;
  const label = state.documentLabel(path, editorHash(path, text), part)?.label;
  const whole =
    label === undefined ? [] : [{ kind: 'documents', label, range: document.lineAt(0).range } as const];
  const found = text.length > longestMarked ? [] : state.passages(path, text, hashOf(text), part).found;
  const passages = found.map(
    ({ label, range }) => ({ kind: 'passages', label, range: rangeOf(document, range) }) as const,
  );
  const all = [...whole, ...passages];
  // Chips at one place would show as one: the first that ends there names them all.
  const names = new Map<number, string[]>();
  for (const { label, range } of all) {
    const place = document.offsetAt(range.end);
    names.set(place, [...(names.get(place) ?? []), label]);
  }
  for (const { kind, label, range } of all) {
    const place = document.offsetAt(range.end);
    const named = names.get(place);
    names.delete(place);
    marksFor(label)[kind].push({ range, ...(named && { renderOptions: chip(named) }) });
  }
  return marks;
}

function chip(labels: readonly string[]): vscode.DecorationInstanceRenderOptions {
  return { after: { contentText: labels.map((label) => `● ${label}`).join('  ') } };
}

function typesOf({ text, background, border, gutter }: LabelColour): ColourTypes {
  // With the editor's own background a chip can be read on a selection too.
  const backgroundColor = new vscode.ThemeColor('editor.background');
  const after = { color: text, backgroundColor, margin: '0 0 0 1em', fontStyle: 'normal' };
  const { ClosedClosed } = vscode.DecorationRangeBehavior;
  return {
    document: vscode.window.createTextEditorDecorationType({ rangeBehavior: ClosedClosed, after }),
    passage: vscode.window.createTextEditorDecorationType({
      rangeBehavior: ClosedClosed,
      backgroundColor: background,
      borderWidth: '1px',
      borderStyle: 'solid',
      borderColor: border,
      borderRadius: '2px',
      overviewRulerColor: text,
      overviewRulerLane: vscode.OverviewRulerLane.Left,
      after: { ...after, margin: '0 0.4em 0 0.4em' },
      dark: { gutterIconPath: gutter.dark },
      light: { gutterIconPath: gutter.light },
    }),
  };
}
