/** The texts that a classifier's sources have now, as many as fit into memory. */
import type { SourceText } from '../sources/source';
import { streamSource } from '../sources/sources';
import type { Classifier } from './classifier';
import type { ProjectProblem } from './classifierFile';
import { placeName } from './labelEntry';

/** So much of the sources is in memory at most. */
export interface CorpusLimits {
  readonly texts: number;
  readonly characters: number;
}

/** A million short texts, or a library of long ones. */
export const ordinaryLimits: CorpusLimits = { texts: 1_000_000, characters: 500_000_000 };

/** All texts of the sources by their place, up to the limits. */
export async function readSources(
  root: string,
  { sources }: Classifier,
  limits: CorpusLimits,
  signal?: AbortSignal,
): Promise<{ documents: Map<string, SourceText>; problems: ProjectProblem[]; leftOut?: string }> {
  const documents = new Map<string, SourceText>();
  const problems: ProjectProblem[] = [];
  let characters = 0;
  for (const source of sources) {
    for await (const item of streamSource(root, source, signal)) {
      if (!('text' in item)) {
        problems.push(item);
        continue;
      }
      characters += item.text.length;
      if (documents.size < limits.texts && characters <= limits.characters) {
        documents.set(placeName(item), item);
        continue;
      }
      const reason = `the texts from ${placeName(item)} on are left out: ${documents.size.toLocaleString('en')} are as many as fit; give a narrower pattern`;
      problems.push({ path: item.path, reason });
      return { documents, problems, leftOut: reason };
    }
  }
  return { documents, problems };
}
