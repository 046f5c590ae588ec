/** How well scores tell right answers from wrong ones: selective classification (Geifman & El-Yaniv 2017). */

/**
 * Area under the risk-coverage curve: the share of wrong answers among the surest k, in the mean over all k (Geifman, Uziel & El-Yaniv
 * 2019, "Bias-reduced uncertainty estimation"). Answers of equal score come in any order, so each counts as the mean of these.
 * @param scores of each answer @param right whether it is right
 * @returns 0 (no answer is wrong) to 1; 0 for no answers
 */
export function areaUnderRiskCoverage(scores: readonly number[], right: readonly boolean[]): number {
  const order = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  let [wrong, area] = [0, 0];
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && scores[order[end] ?? 0] === scores[order[start] ?? 0]) end += 1;
    const among = order.slice(start, end).filter((answer) => !right[answer]).length;
    for (let i = start; i < end; i++) area += (wrong + (among * (i + 1 - start)) / (end - start)) / (i + 1);
    wrong += among;
    start = end;
  }
  return order.length === 0 ? 0 : area / order.length;
}
