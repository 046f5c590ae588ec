/** A line above each row of a table: its label, and the way to another one. */
import * as vscode from 'vscode';
import type { TextRow } from '../../project/textRows';
import type { CommandId } from '../commandIds';
import type { LabelArguments } from '../commands/label';
import { Disposable } from '../disposable';
import { rowLensesShown } from '../settings';
import { Debounced } from '../signals';
import { rowsOf } from '../workspace/documentRows';
import type { Projects } from '../workspace/projects';
import { labelOfRow } from './rowMarks';

/** The editor makes room for each lens of a file, also for those far away: a longer file has none. */
const mostLenses = 1000;
const settleMs = 200;

class RowLens extends vscode.CodeLens {
  constructor(
    readonly document: vscode.TextDocument,
    readonly row: TextRow,
  ) {
    super(new vscode.Range(row.line - 1, 0, row.line - 1, 0));
  }
}

export class RowLenses extends Disposable implements vscode.CodeLensProvider<RowLens> {
  private readonly changed = this.own(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly settled = this.own(new Debounced(() => this.changed.fire(), settleMs));

  constructor(private readonly projects: Projects) {
    super();
    this.own(projects.onDidChange(() => this.settled.ask()));
    this.own(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('nanonet.codeLens')) this.changed.fire();
      }),
    );
    this.own(vscode.languages.registerCodeLensProvider({ scheme: 'file' }, this));
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<RowLens[]> {
    const project = this.projects.selected;
    if (!project || !rowLensesShown(document)) return [];
    const rows = (await rowsOf(project, document)) ?? [];
    if (rows.length > mostLenses) return [];
    return rows.filter(({ text }) => text !== undefined).map((row) => new RowLens(document, row));
  }

  /** Of those that can be seen. */
  resolveCodeLens(lens: RowLens): RowLens {
    const project = this.projects.selected;
    const { document, row, range } = lens;
    const label = project && labelOfRow(project, document, row);
    const title =
      label === undefined ? vscode.l10n.t('not labelled · label it') : vscode.l10n.t('{0} · change', label);
    const command: CommandId = 'nanonet.label';
    const args: LabelArguments = { uri: document.uri, range };
    lens.command = { title, command, arguments: [args] };
    return lens;
  }
}
