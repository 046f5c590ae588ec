import type { Window } from '../../encoders/tokenBatches';
import type { Dataset } from '../dataset';
import { mostWindows } from '../terms';
import type { View } from './view';

/** What a text that has all words of a name and none of any other has as that class's logit. */
const sharpness = 4;

/** Whether a text has the words of a label's name, rare words counting more than frequent ones. */
export function nameWordsView({ labels, names, windows }: Dataset): View {
  const classes = labels.length;
  const known = new Map<string, number>();
  const wordsOf = names.map(({ words }) => [...new Set(words.map((pieces) => numberOf(known, pieces)))]);
  const found = windows.map((own) => wordsIn(own.slice(0, mostWindows), known));
  const counts = new Array<number>(known.size).fill(0);
  for (const words of found) for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  const rarity = counts.map((count) => Math.max(0, Math.log(windows.length / (1 + count))));
  const data = new Float32Array(windows.length * classes);
  wordsOf.forEach((words, name) => {
    const all = words.reduce((sum, word) => sum + (rarity[word] ?? 0), 0);
    if (all === 0) return;
    found.forEach((own, text) => {
      const there = words.reduce((sum, word) => sum + (own.has(word) ? (rarity[word] ?? 0) : 0), 0);
      data[text * classes + name] = (sharpness * there) / all;
    });
  });
  return { id: 'nameWords', learns: false, answers: () => Promise.resolve({ classes, data }) };
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
