import type { Vectors } from '../learn/vectors';
import { cosines } from './cosines';

/** Who covers a text that nothing in the set of candidates covers. */
const nobody = -1;

/**
 * How well a set of texts stands for all: each text counts its weight times its cosine to the nearest of the set (facility
 * location). What a further text adds only shrinks as the set grows, so that the best one is found without asking all anew
 * (lazy greedy, Minoux 1978).
 */
export class Coverage {
  /** Of each text, its cosine to the nearest of the set; 0 for one that is unlike all. */
  private readonly covered: Float32Array;
  /** Of each text, the candidate that it is nearest to. */
  private readonly owner: Int32Array;
  private readonly taken = new Set<number>();
  /** Of each candidate, at least what it would add. */
  private bounds: Float32Array | undefined;

  private constructor(
    private readonly texts: Vectors,
    private readonly candidates: number,
    private readonly weights: Float32Array,
    /** [candidates, texts] */
    private readonly similarities: Float32Array,
  ) {
    this.covered = new Float32Array(weights.length);
    this.owner = new Int32Array(weights.length).fill(nobody);
  }

  /**
   * @param texts of length 1; the first `candidates` of them may be taken
   * @param weights of each text
   */
  static async of(texts: Vectors, candidates: number, weights: Float32Array): Promise<Coverage> {
    const first = { size: texts.size, data: texts.data.slice(0, candidates * texts.size) };
    return new Coverage(texts, candidates, weights, await cosines(first, texts));
  }

  /** Adds texts from elsewhere to the set. */
  async addVectors(vectors: Vectors): Promise<void> {
    const found = await cosines(vectors, this.texts);
    const texts = this.weights.length;
    for (let start = 0; start < found.length; start += texts) {
      this.cover(found.subarray(start, start + texts), nobody);
    }
    this.bounds = undefined;
  }

  /** Adds a candidate to the set. */
  take(candidate: number): void {
    const texts = this.weights.length;
    this.cover(this.similarities.subarray(candidate * texts, (candidate + 1) * texts), candidate);
    this.taken.add(candidate);
  }

  /** How many texts have nothing nearer in the set than this candidate. */
  groupOf(candidate: number): number {
    return this.owner.reduce((sum, owner) => sum + Number(owner === candidate), 0);
  }

  /** Whether it may be taken without being almost the same as what is there. */
  isNew(candidate: number, mostCosine: number): boolean {
    return !this.taken.has(candidate) && (this.covered[candidate] as number) < mostCosine;
  }

  /** The candidate that adds most, among those that `isNew`; undefined when there is none. */
  best(mostCosine: number): number | undefined {
    const bounds = (this.bounds ??= Float32Array.from({ length: this.candidates }, (_, c) => this.gain(c)));
    for (;;) {
      let best: number | undefined;
      for (let c = 0; c < bounds.length; c++) {
        const higher = best === undefined || (bounds[c] as number) > (bounds[best] as number);
        if (higher && this.isNew(c, mostCosine)) best = c;
      }
      if (best === undefined) return undefined;
      const gain = Math.fround(this.gain(best));
      if (gain >= (bounds[best] as number)) return best;
      bounds[best] = gain;
    }
  }

  private cover(cosines: Float32Array, owner: number): void {
    for (let text = 0; text < cosines.length; text++) {
      if ((cosines[text] as number) <= (this.covered[text] as number)) continue;
      this.covered[text] = cosines[text] as number;
      this.owner[text] = owner;
    }
  }

  private gain(candidate: number): number {
    const { similarities, covered, weights } = this;
    let gain = 0;
    for (let text = 0, i = candidate * covered.length; text < covered.length; text++, i++) {
      const more = (similarities[i] as number) - (covered[text] as number);
      if (more > 0) gain += more * (weights[text] as number);
    }
    return gain;
  }
}
