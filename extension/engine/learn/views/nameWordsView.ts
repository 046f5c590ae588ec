import type { Window } from '../../encoders/tokenBatches';
import type { Dataset } from '../dataset';
import type { LabelName } from '../labelNames';
import { mostWindows } from '../terms';
import type { View } from './view';

/** What a text that has all words of a name and none of any other has as that class's logit; all of a description's, once more. */
const sharpness = 4;

/** Whether a text has the words of a label's name or description, rare words counting more than frequent ones. */
export function nameWordsView({ labels, names, windows }: Dataset): View {
  const classes = labels.length;
  const known = new Map<string, number>();
  const numbersOf = (words: LabelName['words']): number[] => [
    ...new Set(words.map((pieces) => numberOf(known, pieces))),
  ];
  const named = names.map(({ words }) => numbersOf(words));
  const described = ownWords(
    named,
    names.map(({ description }) => numbersOf(description?.words ?? [])),
  );
  const found = windows.map((own) => wordsIn(own.slice(0, mostWindows), known));
  const counts = new Array<number>(known.size).fill(0);
  for (const words of found) for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  const rarity = counts.map((count) => Math.max(0, Math.log(windows.length / (1 + count))));
  const data = new Float32Array(windows.length * classes);
  for (const wordsOf of [named, described]) {
    wordsOf.forEach((words, name) => {
      const all = words.reduce((sum, word) => sum + (rarity[word] ?? 0), 0);
      if (all === 0) return;
      found.forEach((own, text) => {
        const there = words.reduce((sum, word) => sum + (own.has(word) ? (rarity[word] ?? 0) : 0), 0);
        const at = text * classes + name;
        data[at] = (data[at] as number) + (sharpness * there) / all;
      });
    });
  }
  return { id: 'nameWords', learns: false, answers: () => Promise.resolve({ classes, data }) };
}

/** Of each description, the words that nothing else is said with: sentences about labels have many words in common. */
function ownWords(named: readonly number[][], described: readonly number[][]): number[][] {
  const labels = new Map<number, number>();
  named.forEach((words, label) => {
    for (const word of new Set([...words, ...(described[label] ?? [])]))
      labels.set(word, (labels.get(word) ?? 0) + 1);
  });
  return described.map((words) => words.filter((word) => labels.get(word) === 1));
}

function numberOf(known: Map<string, number>, pieces: readonly number[]): number {
  const key = pieces.join(' ');
  const number = known.get(key) ?? known.size;
  known.set(key, number);
  return number;
}

/** Which of the known words stand in the windows, as runs of their pieces. */
function wordsIn(windows: readonly Window[], known: ReadonlyMap<string, number>): Set<number> {
  const longest = Math.max(0, ...[...known.keys()].map((key) => key.split(' ').length));
  const words = new Set<number>();
  for (const window of windows) {
    for (let start = 0; start < window.length; start++) {
      let key = '';
      for (let end = start; end < Math.min(window.length, start + longest); end++) {
        key = end === start ? String(window[end]) : `${key} ${window[end]}`;
        const word = known.get(key);
        if (word !== undefined) words.add(word);
      }
    }
  }
  return words;
}
