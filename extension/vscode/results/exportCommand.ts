/** Export Results: what the tree shows, as a table of another program's format. */
import { extname, join } from 'node:path';
import * as vscode from 'vscode';
import { writeResults, type ResultRow } from '../../project/resultsTable';
import { tableFormats } from '../../sources/tablePieces';
import { count } from '../format';
import { signalOf } from '../signals';
import type { Projects } from '../workspace/projects';
import { shownResults } from './shownResults';
import type { ResultGroups } from './resultGroups';

/** So many are written before anybody could stop it. */
const fewResults = 20_000;

/** @param given for tests and other extensions; a person is asked. @throws MissingError, AppError('results/not-exported') */
export async function exportResults(
  projects: Projects,
  groups: ResultGroups,
  given?: vscode.Uri,
): Promise<void> {
  const project = await projects.required();
  const { results, isNarrowed } = await shownResults(project, groups);
  const uri = given ?? (await askedFile(join(project.root, `${project.name} results.csv`)));
  if (!uri) return;
  const ending = extname(uri.fsPath).slice(1).toLowerCase();
  const format = tableFormats.find((one) => one === ending) ?? 'csv';
  const { state } = project.journal;
  const rows = function* (): Generator<ResultRow> {
    for (const result of results) yield { result, given: state.labelOf(result) };
  };
  const many = results.length > fewResults;
  const options = {
    location: many ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window,
    title: vscode.l10n.t('Exporting {0} results', count(results.length)),
    cancellable: many,
  };
  await vscode.window.withProgress(options, (_progress, token) =>
    writeResults(uri.fsPath, format, rows(), signalOf(token)),
  );
  const said = isNarrowed
    ? vscode.l10n.t(
        '{0} results, those that the filter leaves, are in {1}.',
        count(results.length),
        uri.fsPath,
      )
    : vscode.l10n.t('{0} results are in {1}.', count(results.length), uri.fsPath);
  const open = vscode.l10n.t('Open');
  void vscode.window.showInformationMessage(said, ...(format === 'parquet' ? [] : [open])).then((chosen) => {
    if (chosen === open) void vscode.commands.executeCommand('vscode.open', uri);
  });
}

function askedFile(file: string): Thenable<vscode.Uri | undefined> {
  return vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(file),
    filters: { CSV: ['csv'], 'JSON Lines': ['jsonl'], Parquet: ['parquet'] },
    title: vscode.l10n.t('Export results'),
    saveLabel: vscode.l10n.t('Export'),
  });
}
