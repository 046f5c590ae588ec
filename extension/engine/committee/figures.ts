import type { CommitteeRow } from '../../protocol/committeeApi';
import { areaUnderRiskCoverage } from '../assess/riskCoverage';
import { argmaxRows, type Scores } from '../assess/metrics';

/**
 * A row of the table, from probabilities [texts, classes].
 * @param isAnswered whether a text is answered at all, of its number and its highest probability
 */
export function rowOf(
  id: string,
  scores: Scores,
  truth: readonly number[],
  isAnswered: (text: number, score: number) => boolean,
): CommitteeRow {
  const { classes, data } = scores;
  const predicted = argmaxRows(scores);
  const right = predicted.map((c, text) => c === truth[text]);
  const sureness = predicted.map((c, text) => data[text * classes + c] ?? 0);
  const answered = right.filter((_, text) => isAnswered(text, sureness[text] ?? 0));
  const share = (of: readonly boolean[]): number => of.filter(Boolean).length / Math.max(1, of.length);
  return {
    id,
    accuracy: share(right),
    coverage: answered.length / Math.max(1, truth.length),
    precision: share(answered),
    riskCoverage: areaUnderRiskCoverage(sureness, right),
  };
}
