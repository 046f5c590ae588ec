/** Where a classifier lives: `.nanonet/<name>/` in the workspace. */
import { join } from 'node:path';
import { AppError } from '../protocol/appError';

export const projectFolder = '.nanonet';
const maxNameLength = 64;
/** Names that Windows keeps for devices, with or without an ending. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** What is wrong with a classifier's name, as one sentence; undefined when nothing is. */
export function checkClassifierName(name: string): string | undefined {
  if (name === '') return 'A classifier needs a name.';
  if (name.length > maxNameLength) return `A classifier's name has at most ${maxNameLength} characters.`;
  // The name is a folder's name on every system, and never a path.
  if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._-]*$/u.test(name) || /[ .]$/.test(name)) {
    return "A classifier's name begins with a letter or digit; letters, digits, '-', '_', '.' and spaces may follow.";
  }
  if (reserved.test(name)) return `"${name}" is a name that Windows keeps for itself; take another one.`;
  return undefined;
}

/**
 * The folder of a classifier.
 *
 * @param root the workspace folder
 * @throws AppError('classifier/bad-name'), so that no name leads out of the workspace
 */
export function classifierDir(root: string, name: string): string {
  const complaint = checkClassifierName(name);
  if (complaint !== undefined) throw new AppError('classifier/bad-name', complaint);
  return join(root, projectFolder, name);
}
