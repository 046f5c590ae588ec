/** Characters of a text that are read: what it is about is said first. */
const readCharacters = 2000;
const word = /\p{L}[\p{L}\p{N}'’-]{2,}/gu;

/**
 * Words that a group's texts have and others have not: by the share of its texts with the word, times how much larger that is than
 * among all (Kullback-Leibler, word by word).
 * @param groupOf group of each text
 * @returns of each group, at most `most` words, the most characteristic first
 */
export function characteristicWords(
  texts: readonly string[],
  groupOf: readonly number[],
  groups: number,
  most: number,
): string[][] {
  const all = new Map<string, number>();
  const own = Array.from({ length: groups }, () => new Map<string, number>());
  const sizes = new Array<number>(groups).fill(0);
  texts.forEach((text, i) => {
    const group = groupOf[i] as number;
    sizes[group] = (sizes[group] as number) + 1;
    for (const found of new Set(text.slice(0, readCharacters).toLowerCase().match(word))) {
      all.set(found, (all.get(found) ?? 0) + 1);
      own[group]?.set(found, (own[group].get(found) ?? 0) + 1);
    }
  });
  return own.map((counts, group) => {
    const scored = [...counts]
      .filter(([, count]) => count > 1)
      .map(([found, count]): [string, number] => {
        const share = count / (sizes[group] as number);
        return [found, share * Math.log(share / ((all.get(found) as number) / texts.length))];
      });
    scored.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    return scored.slice(0, most).map(([found]) => found);
  });
}
