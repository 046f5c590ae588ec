/** Texts that no editor can open where they are, as a row of a Parquet file: each as a read-only document. */
import * as vscode from 'vscode';
import { AppError } from '../../protocol/appError';
import { globOfPath } from '../../sources/globs';
import { streamSource } from '../../sources/sources';
import { tableKindOf } from '../../sources/tableColumns';
import { signalOf } from '../signals';
import { isTable } from './documentRows';
import type { Project } from './project';
import type { Projects } from './projects';
import { storedPlace, storedScheme, type StoredPlace } from './storedPlace';

export class StoredTexts implements vscode.TextDocumentContentProvider {
  constructor(private readonly projects: Projects) {}

  static register(projects: Projects): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(storedScheme, new StoredTexts(projects));
  }

  /** Reads the file up to the part. @throws AppError('text/gone') */
  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    await this.projects.ready();
    const place = storedPlace(uri);
    const project = this.projects.all.find(({ key }) => key === place?.project);
    const text = place && project && (await textAt(project, place, signalOf(token)));
    if (text !== undefined) return text;
    throw new AppError('text/gone', vscode.l10n.t('This text is no longer there.'));
  }
}

async function textAt(
  project: Project,
  { path, part }: StoredPlace,
  signal: AbortSignal,
): Promise<string | undefined> {
  const glob = globOfPath(path);
  for (const source of project.classifier.sources) {
    if (!isTable(source) || source.kind !== tableKindOf(path)) continue;
    for await (const item of streamSource(project.root, { ...source, glob }, signal)) {
      if ('text' in item && item.part === part) return item.text;
    }
  }
  return undefined;
}
