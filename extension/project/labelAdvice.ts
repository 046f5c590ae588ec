/** Which labels would help most, told from how many there are. */

/** As many of a label make a first model that is worth using. */
const enough = 10;
const more = 10;

export interface LabelAdvice {
  readonly count: number;
  /** Undefined: of any label, most useful first. */
  readonly label?: string;
}

/**
 * More of the label that has fewest, where that is few, or few beside the one that has most; else more of any.
 * @param counts of two labels at least
 */
export function labelAdvice(
  counts: readonly { readonly label: string; readonly count: number }[],
): LabelAdvice {
  const fewest = counts.reduce((a, b) => (b.count < a.count ? b : a));
  const most = Math.max(...counts.map(({ count }) => count));
  const wanted = Math.max(enough, Math.ceil(most / 2));
  return fewest.count < wanted ? { count: wanted - fewest.count, label: fewest.label } : { count: more };
}
