import { argmaxRows, type Scores } from '../assess/metrics';
import type { Affinity } from './spreading';

/** Agreement at which neighbours begin to be believed, and at which they are believed in full. */
const believedFrom = 0.5;
const believedAt = 0.7;

/**
 * How far neighbours are believed, 0 to 1: by whether what was learned from the given labels is alike among them.
 *
 * A classifier that was tuned to the labels answers alike for neighbours where classes are groups of the base model's
 * space (news, intents), and not where they cut across it (kinds of questions, moods). Its agreement over the edges of
 * the graph, corrected for chance as Cohen's kappa is, says so without a label more, and from all texts at once: the
 * few given labels alone say it too unsurely.
 */
export function neighbourTrust(affinity: Affinity, answers: Scores): number {
  const { classes, data } = answers;
  const classOfText = argmaxRows(answers).map((c, text) => (data[text * classes + c] === 0 ? undefined : c));
  const agreement = edgeAgreement(affinity, classOfText, classes);
  return Math.min(1, Math.max(0, (agreement - believedFrom) / (believedAt - believedFrom)));
}

/**
 * Weighted share of the edges whose ends have the same class, corrected for chance: 1 always, 0 by chance. Edges to texts
 * whose class is undefined are left out.
 */
export function edgeAgreement(
  affinity: Affinity,
  classOfText: readonly (number | undefined)[],
  classes: number,
): number {
  let same = 0;
  let total = 0;
  const counts = new Array<number>(classes).fill(0);
  classOfText.forEach((own, i) => {
    if (own === undefined) return;
    counts[own] = (counts[own] ?? 0) + 1;
    for (let n = affinity.start[i] ?? 0; n < (affinity.start[i + 1] ?? 0); n++) {
      const other = classOfText[affinity.column[n] ?? 0];
      if (other === undefined) continue;
      const weight = affinity.value[n] ?? 0;
      total += weight;
      if (own === other) same += weight;
    }
  });
  const answered = counts.reduce((a, count) => a + count, 0);
  const chance = counts.reduce((a, count) => a + (count / answered) ** 2, 0);
  return total === 0 || chance === 1 ? 0 : (same / total - chance) / (1 - chance);
}
