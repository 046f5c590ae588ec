import type { AgentContext } from '../protocol/committeeApi';
import { mostExamples } from './prompts';

/** Labelled texts to go along with each question: of each label about as many, in the order that they come. */
export function balancedExamples(
  labelled: AgentContext['examples'],
  labels: readonly string[],
): AgentContext['examples'] {
  const each = Math.max(1, Math.floor(mostExamples / Math.max(1, labels.length)));
  return labels
    .flatMap((label) => labelled.filter((one) => one.label === label).slice(0, each))
    .slice(0, mostExamples);
}
