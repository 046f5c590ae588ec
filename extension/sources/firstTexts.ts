/** What a source begins with, to be looked at before it is added. */
import { streamSource, type Source } from './sources';
import type { SourceProblem, SourceText } from './source';

export interface FirstTexts {
  readonly texts: readonly SourceText[];
  /** The first thing that could not be read before these texts. */
  readonly problem?: SourceProblem;
}

/** Nobody waits for a text that comes after so many problems. */
const mostProblems = 100;

/** @throws AppError('sources/...'), CancelledError */
export async function firstTexts(
  root: string,
  source: Source,
  count: number,
  signal?: AbortSignal,
): Promise<FirstTexts> {
  const texts: SourceText[] = [];
  let problem: SourceProblem | undefined;
  let problems = 0;
  for await (const item of streamSource(root, source, signal)) {
    if ('text' in item) texts.push(item);
    else {
      problem ??= item;
      problems += 1;
    }
    if (texts.length === count || problems === mostProblems) break;
  }
  return { texts, ...(problem && { problem }) };
}
