/** How alike two short texts are, in any script. */

/** Sørensen's and Dice's coefficient of their pairs of characters: 0 (nothing in common) to 1 (the same). */
export function likeness(a: string, b: string): number {
  if (a === b) return 1;
  const left = pairsOf(a);
  const right = pairsOf(b);
  let common = 0;
  for (const [pair, count] of left) common += Math.min(count, right.get(pair) ?? 0);
  return (2 * common) / Math.max(1, a.length + b.length - 2);
}

function pairsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 1; at < text.length; at += 1) {
    const pair = text.slice(at - 1, at + 1).toLowerCase();
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return counts;
}
