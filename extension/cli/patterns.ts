/** Patterns as a shell would resolve them, for shells that do not, and for more files than a call can name. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../protocol/appError';
import { findFiles } from '../sources/files';

/**
 * The paths that an argument means, sorted: itself, unless nothing is called so and it is a pattern.
 *
 * @throws AppError('cli/unreadable') when a pattern finds nothing
 */
export async function pathsOf(argument: string): Promise<string[]> {
  if (existsSync(argument)) return [argument];
  const { isDynamicPattern } = await import('tinyglobby');
  if (!isDynamicPattern(argument)) return [argument];
  const segments = argument.split('/');
  const first = segments.findIndex((segment) => isDynamicPattern(segment));
  // A brace may span a slash: then no segment is a pattern by itself.
  const fixed = segments.slice(0, Math.max(0, first));
  const root = fixed.length === 0 ? '.' : fixed.join('/') || '/';
  const found = await findFiles(root, { glob: segments.slice(fixed.length).join('/') });
  if (found.length === 0)
    throw new AppError(
      'cli/unreadable',
      `${argument}: no file is called so, and as a pattern it finds none.`,
    );
  return found.map((path) => join(root, path));
}
