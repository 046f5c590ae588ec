/** What a person means in a file whose rows are texts: the rows under the cursor or the selection. */
import * as vscode from 'vscode';
import { AppError } from '../../protocol/appError';
import { lastLineOf, rowsWithin, type TextRow } from '../../project/textRows';
import { MissingError } from '../report';
import { rowsOf } from './documentRows';
import type { Project } from './project';
import { placeOf, targetOf, type Target } from './targets';

/**
 * The rows that a range touches; in a file that is no table, the document or passage.
 *
 * @param range the cursor or selection; without it the whole document is meant
 * @throws MissingError, AppError('text/outside'), AppError('text/no-row') where there is no text
 */
export async function targetsAt(
  project: Project,
  document: vscode.TextDocument,
  range?: vscode.Range,
): Promise<[Target, ...Target[]]> {
  const rows = await rowsOf(project, document);
  if (rows === undefined) return [await targetOf(project, document, range)];
  const { path } = placeOf(project, document);
  if (rows.length === 0 || range === undefined) throw ofTable(path);
  // A selection of whole lines ends where the next one begins.
  const last = range.isEmpty || range.end.character > 0 ? range.end.line : range.end.line - 1;
  const touched = rowsWithin(rows, range.start.line + 1, last + 1);
  const [first, ...others] = touched.flatMap((row): Target[] => {
    const { part, text } = row;
    if (part === undefined || text === undefined) return [];
    return [{ document, range: rangeOfRow(document, rows, row), text: { path, part, text } }];
  });
  if (first) return [first, ...others];
  const reason = touched[0]?.reason;
  throw new AppError(
    'text/no-row',
    reason === undefined
      ? vscode.l10n.t('There is no row here; put the cursor on one.')
      : vscode.l10n.t('There is no text here: {0}.', reason),
  );
}

/** From the beginning of its first line to the end of its last one that is not blank. */
export function rangeOfRow(
  document: vscode.TextDocument,
  rows: readonly TextRow[],
  row: TextRow,
): vscode.Range {
  let last = Math.min(lastLineOf(rows, row) ?? Infinity, document.lineCount);
  while (last > row.line && document.lineAt(last - 1).isEmptyOrWhitespace) last -= 1;
  return new vscode.Range(row.line - 1, 0, last - 1, document.lineAt(last - 1).text.length);
}

function ofTable(path: string): MissingError {
  return new MissingError(
    'text/table',
    vscode.l10n.t('The rows of {0} are texts of their own; open them in the label panel.', path),
    { title: vscode.l10n.t('Open Label Panel'), command: 'nanonet.openLabelPanel' },
  );
}
