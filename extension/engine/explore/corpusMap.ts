import { UMAP } from 'umap-js';
import type { CorpusMap } from '../../protocol/engineApi';
import { nearestNeighbours, nearestRows } from '../learn/neighbours';
import { Random } from '../learn/random';
import { pickRows, type Vectors } from '../learn/vectors';
import { characteristicWords } from './characteristicWords';
import { Coverage } from './coverage';
import type { KeyedText } from './readTexts';

/** Texts that are laid out together; the others are put among those that are most like them. */
const laidOut = 2000;
/** Of a text, when its place is looked for; and rounds of moving all. */
const neighbours = 15;
const epochs = 200;
/** Of a text that is put among others, those that it is put between. */
const hosts = 5;
/** Groups that are named: more with more texts, but no more than a person can read. */
const mostGroups = 24;
const wordsOfGroup = 4;

/** A picture of the texts in two dimensions (UMAP, McInnes et al. 2018), and groups of them around typical ones. */
export async function mapOf(
  texts: readonly KeyedText[],
  vectors: Vectors,
  seed: number,
  pause: () => Promise<void>,
): Promise<Pick<CorpusMap, 'rows' | 'x' | 'y' | 'group' | 'groups'>> {
  if (texts.length === 0) return { rows: [], x: [], y: [], group: [], groups: [] };
  // Texts stand in the order of their keys: the first ones are a fair sample.
  const sample = pickRows(vectors, [...texts.keys()].slice(0, laidOut));
  const points = await layout(sample, seed, pause);
  const among = await nearestRows(vectors, sample, Math.min(hosts, points.length), 'cpu');
  const places = texts.map((_, text) => points[text] ?? between(points, among, text));
  await pause();

  const medoids = await typicalTexts(sample);
  const nearest = await nearestRows(vectors, pickRows(sample, medoids), 1, 'cpu');
  const group = [...nearest.indices];
  const words = characteristicWords(
    texts.map(({ text }) => text),
    group,
    medoids.length,
    wordsOfGroup,
  );
  return {
    rows: texts.map(({ row }) => row),
    x: scaled(places.map(([x]) => x)),
    y: scaled(places.map(([, y]) => y)),
    group,
    groups: words.map((own, g) => ({ size: group.filter((other) => other === g).length, words: own })),
  };
}

type Point = readonly [x: number, y: number];

async function layout(sample: Vectors, seed: number, pause: () => Promise<void>): Promise<Point[]> {
  const count = sample.data.length / sample.size;
  const random = Random.of(seed, 'map');
  const k = Math.min(neighbours, count - 1);
  if (k < 2) return Array.from({ length: count }, (_, i) => [i, 0]);
  const found = await nearestNeighbours(sample, k, 'cpu');
  const distances = found.similarities.map((cosine) => Math.max(0, 1 - cosine));
  const rowOf = <T>(own: T, others: ArrayLike<T>, text: number): T[] => [
    own,
    ...Array.from({ length: k }, (_, n) => others[text * k + n] as T),
  ];
  const umap = new UMAP({ nNeighbors: k, nEpochs: epochs, random: () => random.uniform() });
  const all = Array.from({ length: count }, (_, text) => text);
  umap.setPrecomputedKNN(
    all.map((text) => rowOf(text, found.indices, text)),
    all.map((text) => rowOf(0, distances, text)),
  );
  // With neighbours that are known, the vectors themselves are not looked at.
  umap.initializeFit(all.map((text) => [text]));
  for (let epoch = 0; epoch < epochs; epoch++) {
    await pause();
    umap.step();
  }
  return umap.getEmbedding().map(([x = 0, y = 0]) => [x, y]);
}

/** The mean of the places of a text's hosts, nearer ones counting more. */
function between(
  points: readonly Point[],
  { k, indices, similarities }: Awaited<ReturnType<typeof nearestRows>>,
  text: number,
): Point {
  let [x, y, sum] = [0, 0, 0];
  for (let n = text * k; n < (text + 1) * k; n++) {
    const weight = Math.exp(10 * (similarities[n] as number));
    const [hostX, hostY] = points[indices[n] as number] as Point;
    [x, y, sum] = [x + weight * hostX, y + weight * hostY, sum + weight];
  }
  return [x / sum, y / sum];
}

/** Texts that together stand best for all. */
async function typicalTexts(sample: Vectors): Promise<number[]> {
  const count = sample.data.length / sample.size;
  const most = Math.min(mostGroups, Math.max(1, Math.round(Math.sqrt(count) / 2)));
  const coverage = await Coverage.of(sample, count, new Float32Array(count).fill(1));
  const found: number[] = [];
  while (found.length < most) {
    const text = coverage.best(Infinity);
    if (text === undefined) break;
    coverage.take(text);
    found.push(text);
  }
  return found;
}

/** Stretched to between 0 and 1. */
function scaled(values: readonly number[]): number[] {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return values.map((value) => (high > low ? (value - low) / (high - low) : 0.5));
}
