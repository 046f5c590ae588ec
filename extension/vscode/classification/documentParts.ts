/** The lines, paragraphs or rows of an open document, each a text of its own, where they stand. */
import * as vscode from 'vscode';
import { Breaths } from '../../project/breaths';
import { hashOf } from '../../project/labelEntry';
import type { TextRow } from '../../project/textRows';
import { partsOf, type Unit } from '../../sources/units';
import { labelOfRow } from '../marks/rowMarks';
import { rowsOf } from '../workspace/documentRows';
import type { Project } from '../workspace/project';
import { rangeOfRow } from '../workspace/rowTargets';
import { placeShown, rangeOf } from '../workspace/targets';

export type PartUnit = Extract<Unit, 'line' | 'paragraph'> | 'row';

export interface DocumentPart {
  readonly range: vscode.Range;
  readonly text: string;
  readonly row?: TextRow;
}

/** In their order, blank ones left out. */
export async function partsIn(
  project: Project,
  document: vscode.TextDocument,
  unit: PartUnit,
): Promise<readonly DocumentPart[]> {
  if (unit === 'row') {
    const rows = (await rowsOf(project, document)) ?? [];
    return rows.flatMap((row) =>
      row.text === undefined || row.text.trim() === ''
        ? []
        : [{ range: rangeOfRow(document, rows, row), text: row.text, row }],
    );
  }
  if (unit === 'line') return linesIn(document);
  const parts = await partsOf(document.fileName, document.getText(), unit);
  return parts.map(({ line, text }) => {
    const first = line - 1;
    const last = document.lineAt(first + text.split('\n').length - 1).range;
    return { range: new vscode.Range(new vscode.Position(first, 0), last.end), text };
  });
}

/** With breaths between: a log may have a million, and an edit in the meantime is seen by the document's version. */
async function linesIn(document: vscode.TextDocument): Promise<DocumentPart[]> {
  const breaths = new Breaths();
  const lines: DocumentPart[] = [];
  for (let at = 0; at < document.lineCount; at += 1) {
    const { range, text, isEmptyOrWhitespace } = document.lineAt(at);
    if (!isEmptyOrWhitespace) lines.push({ range, text });
    await breaths.breathe();
  }
  return lines;
}

/** Which parts a person has decided about: of those a model need say nothing. */
export function isLabelledIn(
  project: Project,
  document: vscode.TextDocument,
): (part: DocumentPart) => boolean {
  const place = placeShown(project, document.uri);
  const text = document.getText();
  const { found } = place
    ? project.journal.state.passages(place.path, text, hashOf(text), place.part)
    : { found: [] };
  const passages = new Set(found.map(({ range }) => keyOf(rangeOf(document, range))));
  return ({ range, row }) =>
    row ? labelOfRow(project, document, row) !== undefined : passages.has(keyOf(range));
}

/** A passage begins with its first word and ends with its last one, so its lines tell it from other parts. */
function keyOf({ start, end }: vscode.Range): string {
  return `${start.line}-${end.line}`;
}
