/** What texts that lie near say: of texts of the run, and of others. */
import type { Scores } from '../assess/metrics';
import { classOf, labelledTexts } from '../learn/dataset';
import { nearestRows } from '../learn/neighbours';
import type { Prepared } from '../learn/trainingRun';
import { pickRows, type Vectors } from '../learn/vectors';

/** Cosine from which two texts are nearly the same. */
const nearlySame = 0.95;
/** Weights are similarities to this power, as in `affinityOf`. */
const power = 3;

export interface NearTexts {
  /** [queries, classes]: the mean of the near texts' labels by similarity, the text itself left out. */
  readonly labels: Scores;
  /** Of each query, the nearest text with a given label: its row, and the cosine. */
  readonly given: readonly { readonly text: number; readonly cosine: number }[];
  /** Of each query, the class of a text with a given label that is nearly the same. */
  readonly duplicates: readonly (number | undefined)[];
}

/**
 * @param queries vectors of length 1 @param known labels of all texts of the run: [texts, classes]
 * @param own of each query, its number in the run; undefined for other texts
 */
export async function nearTexts(
  { vectors, dataset, recipe, device }: Pick<Prepared, 'vectors' | 'dataset' | 'recipe' | 'device'>,
  queries: Vectors,
  { classes, data }: Scores,
  own: (query: number) => number | undefined,
  signal: AbortSignal,
): Promise<NearTexts> {
  const count = queries.data.length / queries.size;
  const k = Math.min(recipe.neighbours + 1, vectors.data.length / vectors.size);
  const near = await nearestRows(queries, vectors, k, device, signal);
  const labels = new Float32Array(count * classes);
  for (let query = 0; query < count; query++) {
    const row = labels.subarray(query * classes, (query + 1) * classes);
    for (let n = query * k; n < (query + 1) * k; n++) {
      const text = near.indices[n] as number;
      if (text === own(query)) continue;
      const weight = Math.max(0, near.similarities[n] as number) ** power;
      for (let c = 0; c < classes; c++)
        row[c] = (row[c] as number) + weight * (data[text * classes + c] as number);
    }
    const sum = row.reduce((a, b) => a + b, 0);
    if (sum > 0) row.forEach((value, c) => (row[c] = value / sum));
  }

  const labelled = labelledTexts(dataset);
  const two = await nearestRows(
    queries,
    pickRows(vectors, labelled),
    Math.min(2, labelled.length),
    device,
    signal,
  );
  const given = Array.from({ length: count }, (_, query) => {
    const isOwn = labelled[two.indices[query * two.k] as number] === own(query);
    const at = query * two.k + (isOwn && two.k > 1 ? 1 : 0);
    return { text: labelled[two.indices[at] as number] as number, cosine: two.similarities[at] as number };
  });
  const duplicates = given.map(({ text, cosine }) =>
    cosine >= nearlySame ? classOf(dataset, text) : undefined,
  );
  return { labels: { classes, data: labels }, given, duplicates };
}
