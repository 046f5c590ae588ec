import { argmaxRows, type Scores } from './metrics';

/** A text whose label may be wrong. */
export interface LabelDoubt {
  /** Row of the scores. */
  readonly row: number;
  /** The class that it seems to be of. */
  readonly suggested: number;
  /** Probabilities of the label that it has, and of the one that is suggested: 0 to 1. */
  readonly score: number;
  readonly suggestedScore: number;
  /** Whether the label is counted as wrong, as in the confident joint; the others are merely doubtful. */
  readonly likely: boolean;
}

/**
 * Labels that may be wrong, the least believable first (confident learning, Northcutt et al. 2021: ranked by self-confidence,
 * section 4; counted by the confident joint, eq. 1).
 * @param probabilities of a classifier that has not learned from the text in question: [texts, classes]; of a row of zeros
 * nothing is said
 * @param given class that each text was given
 */
export function labelErrors(probabilities: Scores, given: readonly number[]): LabelDoubt[] {
  const { classes, data } = probabilities;
  const of = (row: number, c: number): number => data[row * classes + c] ?? 0;
  const predicted = argmaxRows(probabilities);
  const asked = [...given.keys()].filter((row) => of(row, predicted[row] ?? 0) > 0);
  // How sure the classifier is of each class in the mean, on texts that were given it.
  const thresholds = Array.from({ length: classes }, (_, c) => {
    const own = asked.filter((row) => given[row] === c);
    return own.length === 0 ? 1 : own.reduce((sum, row) => sum + of(row, c), 0) / own.length;
  });
  return asked
    .flatMap((row): LabelDoubt[] => {
      const [label, suggested] = [given[row] as number, predicted[row] as number];
      if (suggested === label) return [];
      const suggestedScore = of(row, suggested);
      const likely = suggestedScore >= (thresholds[suggested] ?? 1);
      return [{ row, suggested, score: of(row, label), suggestedScore, likely }];
    })
    .sort((a, b) => a.score - b.score || b.suggestedScore - a.suggestedScore || a.row - b.row);
}
