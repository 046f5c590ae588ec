/** Source files for their comments: a comment is a text. */
import { eachFile } from './eachFile';
import { extractor } from './extractor';
import type { FilePattern } from './files';
import type { SourceItem } from './source';
import { maxFileBytes } from './wholeFile';
import { largerThan, type OpenFile } from './workspaceFile';

/** @throws as `eachFile` */
export function readComments(
  root: string,
  pattern: FilePattern,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  return eachFile(root, pattern, commentsIn, signal);
}

/** The comments of one open file. */
export async function* commentsIn(
  path: string,
  { size, realPath }: OpenFile,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  if (size > maxFileBytes) {
    yield { path, reason: largerThan(maxFileBytes) };
    return;
  }
  const found = await extractor.extract({ format: 'comments', path, realPath }, signal);
  if ('reason' in found) {
    yield { path, reason: found.reason };
    return;
  }
  if (found.texts.length === 0) yield { path, reason: 'it has no comments' };
  for (const [at, comment] of found.texts.entries()) yield { path, part: `comment ${at + 1}`, ...comment };
}
