import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The repository, absolute. */
export const repository = resolve(import.meta.dirname, '..', '..', '..');

/** Where tests leave what a person may want to look at; git ignores it. */
export const testOutput = join(repository, 'test-output');

/**
 * @param kind `logs`, `screenshots`, ...
 * @returns `test-output/<kind>`, made if it was missing
 */
export async function outputFolder(kind: string): Promise<string> {
  const folder = join(testOutput, kind);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** The path part of a URI, as VS Code writes it: `/home/me/a b`, `/c:/Users/me`. */
export function uriPath(path: string): string {
  return decodeURIComponent(pathToFileURL(resolve(path)).pathname);
}
