import { join } from 'node:path';
import type { Extraction, Question } from '../../../extension/sources/extract/format';
import type { Extractor } from '../../../extension/sources/extractor';
import { workspace } from '../project/workspace';

/** What the other process says of a file with these bytes. */
export async function extracted(
  extractor: Extractor,
  question: Omit<Question, 'realPath'>,
  bytes: string | Uint8Array,
  signal?: AbortSignal,
): Promise<Extraction> {
  const root = await workspace({ [question.path]: bytes });
  return extractor.extract({ ...question, realPath: join(root, question.path) }, signal);
}
