/** Texts that no editor can open where they are, as a row of a Parquet file: each as a read-only document. */
import * as vscode from 'vscode';
import { AppError } from '../../protocol/appError';
import { streamSource } from '../../sources/sources';
import { tableKindOf } from '../../sources/tableColumns';
import { signalOf } from '../signals';
import type { Project } from './project';
import type { Projects } from './projects';

export const storedScheme = 'nanonet-text';

/** Part of a file that is a text of a project. */
export interface StoredPlace {
  /** `Project.key`. */
  readonly project: string;
  readonly path: string;
  readonly part: string;
}

/** Where the text of a part is shown. */
export function storedUri(project: Project, path: string, part: string): vscode.Uri {
  const place: StoredPlace = { project: project.key, path, part };
  return vscode.Uri.from({
    scheme: storedScheme,
    path: `/${path} ${part}.txt`,
    query: JSON.stringify(place),
  });
}

/** Undefined for every other document. */
export function storedPlace(uri: vscode.Uri): StoredPlace | undefined {
  if (uri.scheme !== storedScheme) return undefined;
  try {
    const { project, path, part } = JSON.parse(uri.query) as Partial<Record<string, unknown>>;
    const isPlace = typeof project === 'string' && typeof path === 'string' && typeof part === 'string';
    return isPlace ? { project, path, part } : undefined;
  } catch {
    return undefined; // nobody's link
  }
}

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
  const glob = path.replace(/[\\*?[\]{}()!+@]/g, '\\$&');
  for (const source of project.classifier.sources) {
    if (source.kind !== tableKindOf(path)) continue;
    for await (const item of streamSource(project.root, { ...source, glob }, signal)) {
      if ('text' in item && item.part === part) return item.text;
    }
  }
  return undefined;
}
