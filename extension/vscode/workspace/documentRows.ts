/** The rows of the tables that are open, read from what stands in the editor. */
import * as vscode from 'vscode';
import type { SourceDefinition } from '../../project/classifier';
import { textRows, type TextRow } from '../../project/textRows';
import { tableTexts, type TableKind } from '../../sources/sources';
import type { Project } from './project';
import { projectPath } from './targets';

type TableSource = Extract<SourceDefinition, { readonly kind: TableKind }>;

/** Whether the files of a source are tables. */
export function isTable(source: SourceDefinition): source is TableSource {
  return source.kind in tableTexts;
}

/** One open document. Read again when it was edited; an edit in the middle of reading waits for its end. */
class OpenTable {
  private known: { readonly key: string; readonly rows: readonly TextRow[] } | undefined;
  private reading: Promise<void> | undefined;

  constructor(private readonly document: vscode.TextDocument) {}

  async rows(path: string, source: TableSource): Promise<readonly TextRow[]> {
    for (;;) {
      const key = `${this.document.version} ${JSON.stringify(source)}`;
      if (this.known?.key === key) return this.known.rows;
      this.reading ??= this.read(key, path, source).finally(() => (this.reading = undefined));
      await this.reading;
    }
  }

  private async read(key: string, path: string, source: TableSource): Promise<void> {
    const rows = await textRows(path, this.document.getText(), source);
    this.known = { key, rows };
  }
}

const tables = new WeakMap<vscode.TextDocument, OpenTable>();

/** Whether rows of the document are texts of the project, and then all of its rows. */
export function rowsOf(
  project: Project,
  document: vscode.TextDocument,
): Promise<readonly TextRow[]> | undefined {
  const path = projectPath(project, document.uri);
  const source = path === undefined ? undefined : tableSource(project, document, path);
  if (path === undefined || source === undefined) return undefined;
  const table = tables.get(document) ?? new OpenTable(document);
  tables.set(document, table);
  return table.rows(path, source);
}

function tableSource(project: Project, document: vscode.TextDocument, path: string): TableSource | undefined {
  const matches = (glob: string): boolean =>
    glob.replaceAll('\\', '') === path ||
    vscode.languages.match({ pattern: new vscode.RelativePattern(project.folder, glob) }, document) > 0;
  return project.classifier.sources.findLast(
    (source): source is TableSource =>
      isTable(source) && matches(source.glob) && !(source.exclude ?? []).some(matches),
  );
}
