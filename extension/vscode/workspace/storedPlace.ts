/** The names of texts that are shown alone: see `storedTexts.ts`. */
import * as vscode from 'vscode';
import type { Project } from './project';

export const storedScheme = 'nanonet-row';

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
