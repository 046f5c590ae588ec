/** Which texts to label next: those that say most about the texts of which least is known. */
import type { SuggestReason } from '../../protocol/engineApi';
import type { Scores } from '../assess/metrics';
import { pickRows, type Vectors } from '../learn/vectors';
import { Coverage } from './coverage';

/** What is known of the texts, which stand in an order drawn by lot. */
export interface Known {
  /** Of length 1: [texts, size]. */
  readonly vectors: Vectors;
  /** Class of each text; undefined where none was given. */
  readonly given: readonly (number | undefined)[];
  /** Names of the classes that are given. */
  readonly labels: readonly string[];
  /**
   * What a classifier says of texts, with its labels: probabilities [texts, its labels]. Undefined while there are fewer
   * than two classes.
   */
  readonly beliefs: (texts: readonly number[]) => Promise<Beliefs | undefined>;
}

export interface Beliefs {
  readonly labels: readonly string[];
  readonly scores: Scores;
}

export interface Strategy {
  /** How far unsure texts weigh more: 0 not at all. */
  readonly doubt: number;
  /** How far texts of labels with few texts weigh more: 0 not at all. */
  readonly balance: number;
  /** Share of a batch, at most, that is sought for labels with few texts. */
  readonly rareShare: number;
}

export const defaultStrategy: Strategy = { doubt: 1, balance: 1, rareShare: 0.2 };

/** One label in so many is by lot. */
export const lotEvery = 10;
/** Texts that are looked at: a matrix [candidates, texts] of 32 MB. */
const mostTexts = 4096;
const mostCandidates = 2048;
/** Texts with a higher cosine are near-duplicates. */
export const duplicateCosine = 0.95;
/** A label with less than this share of the mean number of texts is rare. */
const rareBelow = 0.7;

export interface Choice {
  readonly text: number;
  readonly reason: SuggestReason;
}

/**
 * The next texts to label, none of which is almost the same as another or as one that has a label, as far as there are others.
 * One in ten is the first text without a label in the order of the lot: so the first texts of that order, up to the first one
 * without a label, are a fair sample of all, whatever else was labelled.
 * @param pause awaited between pieces of work; throws to cancel
 */
export async function chooseNext(
  { vectors, given, labels, beliefs }: Known,
  count: number,
  pause: () => Promise<void>,
  strategy: Strategy = defaultStrategy,
): Promise<Choice[]> {
  const labelled = given.flatMap((label, text) => (label === undefined ? [] : [text]));
  const open = given.flatMap((label, text) => (label === undefined ? [text] : [])).slice(0, mostTexts);
  const wanted = Math.min(count, open.length);
  const doubts = await Doubts.of(await beliefs(open), countsOf(given, labels), strategy);
  await pause();
  const candidates = Math.min(open.length, mostCandidates);
  const weights = doubts?.weights ?? new Float32Array(open.length).fill(1);
  const coverage = await Coverage.of(pickRows(vectors, open), candidates, weights);
  for (let start = 0; start < labelled.length; start += mostCandidates) {
    await pause();
    await coverage.addVectors(pickRows(vectors, labelled.slice(start, start + mostCandidates)));
  }

  const chosen = new Array<{ candidate: number; reason: SuggestReason | undefined } | undefined>(wanted).fill(
    undefined,
  );
  let lot = 0;
  for (let place = 0; place < wanted; place++) {
    if ((labelled.length + place) % lotEvery !== lotEvery - 1) continue;
    coverage.take(lot);
    chosen[place] = { candidate: lot++, reason: { kind: 'random' } };
  }
  const rare = doubts?.rare(Math.round(strategy.rareShare * wanted), candidates, coverage) ?? [];
  const scale = given.length / Math.max(1, open.length);
  for (let place = 0; place < wanted; place++) {
    if (chosen[place]) continue;
    await pause();
    const sought = rare.shift();
    if (sought) {
      chosen[place] = sought;
      continue;
    }
    const candidate = coverage.best(duplicateCosine) ?? coverage.best(Infinity);
    if (candidate === undefined) break;
    coverage.take(candidate);
    chosen[place] = { candidate, reason: doubts?.reasonFor(candidate) };
  }
  return chosen.flatMap((choice) => {
    if (!choice) return [];
    const groupSize = Math.max(1, Math.round(scale * coverage.groupOf(choice.candidate)));
    const reason = choice.reason ?? { kind: 'cover', groupSize };
    return [{ text: open[choice.candidate] as number, reason }];
  });
}

function countsOf(given: Known['given'], labels: readonly string[]): Map<string, number> {
  const counts = new Map(labels.map((label) => [label, 0]));
  for (const label of given) {
    if (label !== undefined)
      counts.set(labels[label] as string, (counts.get(labels[label] as string) ?? 0) + 1);
  }
  return counts;
}

/** What a classifier is unsure of, and which labels it would give too rarely seen. */
class Doubts {
  private constructor(
    private readonly believed: Beliefs,
    /** Of each text, how much there is to learn about it. */
    readonly weights: Float32Array,
    /** One less the distance of the two best scores of each text. */
    private readonly unsure: Float32Array,
    private readonly meanUnsure: number,
    /** Number of texts of each of the classifier's labels. */
    private readonly counts: readonly number[],
  ) {}

  static async of(
    believed: Beliefs | undefined,
    known: ReadonlyMap<string, number>,
    { doubt, balance }: Strategy,
  ): Promise<Doubts | undefined> {
    if (!believed) return undefined;
    const { classes, data } = believed.scores;
    const counts = believed.labels.map((label) => known.get(label) ?? 0);
    const mean = counts.reduce((a, b) => a + b, 0) / classes;
    const scarcity = counts.map((count) => (mean / Math.max(1, count)) ** balance);
    const texts = data.length / classes;
    const unsure = new Float32Array(texts);
    const weights = new Float32Array(texts);
    for (let text = 0; text < texts; text++) {
      const [first, second] = topTwo(data, text * classes, classes);
      const own = 1 - ((data[first] as number) - (data[second] as number));
      let scarce = 0;
      for (let c = 0; c < classes; c++)
        scarce += (data[text * classes + c] as number) * (scarcity[c] as number);
      unsure[text] = own;
      weights[text] = own ** doubt * scarce;
    }
    const meanUnsure = unsure.reduce((a, b) => a + b, 0) / Math.max(1, texts);
    return new Doubts(believed, weights, unsure, meanUnsure, counts);
  }

  /** Takes the texts that most likely are of labels with few texts, at most `most`. */
  rare(most: number, candidates: number, coverage: Coverage): { candidate: number; reason: SuggestReason }[] {
    const { classes, data } = this.believed.scores;
    const counts = [...this.counts];
    const mean = counts.reduce((a, b) => a + b, 0) / classes;
    const found: { candidate: number; reason: SuggestReason }[] = [];
    while (found.length < most) {
      const rarest = counts.indexOf(Math.min(...counts));
      if ((counts[rarest] as number) >= rareBelow * mean) break;
      let best: number | undefined;
      for (let c = 0; c < candidates; c++) {
        const score = data[c * classes + rarest] as number;
        if (
          (best === undefined || score > (data[best * classes + rarest] as number)) &&
          coverage.isNew(c, duplicateCosine)
        )
          best = c;
      }
      if (best === undefined) break;
      coverage.take(best);
      counts[rarest] = (counts[rarest] as number) + 1;
      found.push({
        candidate: best,
        reason: { kind: 'rare', label: this.believed.labels[rarest] as string },
      });
    }
    return found;
  }

  /** Undefined for a text that the classifier is about as sure of as of most. */
  reasonFor(text: number): SuggestReason | undefined {
    if ((this.unsure[text] as number) <= this.meanUnsure) return undefined;
    const { scores, labels } = this.believed;
    const start = text * scores.classes;
    const top = topTwo(scores.data, start, scores.classes).map((i) => ({
      label: labels[i - start] as string,
      score: scores.data[i] as number,
    }));
    return { kind: 'unsure', top };
  }
}

/** Where the two highest of some scores stand. */
function topTwo(data: Float32Array, start: number, classes: number): [number, number] {
  let [first, second] = [start, start + 1];
  if ((data[second] as number) > (data[first] as number)) [first, second] = [second, first];
  for (let i = start + 2; i < start + classes; i++) {
    if ((data[i] as number) > (data[first] as number)) [first, second] = [i, first];
    else if ((data[i] as number) > (data[second] as number)) second = i;
  }
  return [first, second];
}
