import { oneHotRows, type Scores } from '../../assess/metrics';
import { classOf, type GivenLabels } from '../dataset';
import { LogisticRegression } from '../logisticRegression';
import { Random } from '../random';
import type { Terms } from '../terms';
import type { View } from './view';

/** Inverse strength of the penalty: few of many terms stand in a text. */
const c = 10;
/** Labelled texts and terms that are learned from, at most: a matrix of 32 MB. */
const mostTexts = 4096;
const mostTerms = 2048;

/** Logistic regression on terms: it knows what the base model's vectors blur, as names and set phrases. */
export function wordsView(dataset: GivenLabels, terms: Terms, seed: number): View {
  const classes = dataset.labels.length;
  return {
    id: 'words',
    learns: true,
    answers: async (learned) => {
      const texts = Random.of(seed, 'words').shuffle(learned).slice(0, mostTexts);
      const columns = columnsOf(terms, texts);
      const size = Math.max(1, columns.size);
      const data = new Float32Array(texts.length * size);
      texts.forEach((text, row) => {
        for (const [column, weight] of entries(terms, text, columns)) data[row * size + column] = weight;
      });
      const labels = oneHotRows(
        texts.map((text) => classOf(dataset, text)),
        classes,
      );
      const { layer } = await LogisticRegression.fit({ size, data }, labels, { c });
      return sparseScores(terms, columns, layer);
    },
  };
}

/** The terms that most of these texts have, as columns; terms of no such text would weigh nothing. */
function columnsOf({ rows, size }: Terms, texts: readonly number[]): Map<number, number> {
  const counts = new Int32Array(size);
  for (const text of texts)
    for (const term of rows[text]?.terms ?? []) counts[term] = (counts[term] ?? 0) + 1;
  const there = [...counts.keys()].filter((term) => (counts[term] ?? 0) > 0);
  there.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
  return new Map(there.slice(0, mostTerms).map((term, column) => [term, column]));
}

function entries({ rows }: Terms, text: number, columns: ReadonlyMap<number, number>): [number, number][] {
  const row = rows[text];
  if (!row) return [];
  return [...row.terms].flatMap((term, i): [number, number][] => {
    const column = columns.get(term);
    return column === undefined ? [] : [[column, row.weights[i] ?? 0]];
  });
}

function sparseScores(
  terms: Terms,
  columns: ReadonlyMap<number, number>,
  { weight, bias }: LogisticRegression['layer'],
): Scores {
  const classes = bias.length;
  const data = new Float32Array(terms.rows.length * classes);
  terms.rows.forEach((_, text) => {
    const own = data.subarray(text * classes, (text + 1) * classes);
    own.set(bias);
    for (const [column, value] of entries(terms, text, columns)) {
      for (let k = 0; k < classes; k++) {
        own[k] = (own[k] ?? 0) + value * (weight[column * classes + k] ?? 0);
      }
    }
  });
  return { classes, data };
}
