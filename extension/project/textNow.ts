/** The text that a place had when it was classified, as long as it is still that. */
import { commitsPath, readCommit } from '../sources/commits';
import { streamFiles } from '../sources/sources';
import type { SourceDefinition } from './classifier';
import { hashOf } from './labelEntry';
import type { PredictedText } from './predictionLine';

/**
 * @param root the workspace folder
 * @returns undefined when another text is there now, or none
 * @throws CancelledError
 */
export async function textNow(
  root: string,
  sources: readonly SourceDefinition[],
  { path, part, hash }: Pick<PredictedText, 'path' | 'part' | 'hash'>,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const same = (text: string | undefined): string | undefined =>
    text !== undefined && hashOf(text) === hash ? text : undefined;
  if (path === commitsPath && part !== undefined) return same(await readCommit(root, part));
  // A file beside the sources is one text.
  const ways = part === undefined ? [{ kind: 'files' as const, glob: '' }] : sources;
  for (const source of ways) {
    if (source.kind === 'commits') continue;
    for await (const item of streamFiles(root, source, [path], signal)) {
      if ('text' in item && item.part === part && same(item.text) !== undefined) return item.text;
    }
  }
  return undefined;
}
