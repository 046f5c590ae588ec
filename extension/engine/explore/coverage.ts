import type { Vectors } from '../learn/vectors';
import { cosines } from './cosines';

/**
 * How well a set of texts stands for all: each text counts its weight times its similarity to the nearest of the set (facility
 * location). What a further text adds only shrinks as the set grows, so that the best one is found without asking all anew
 * (lazy greedy, Minoux 1978).
 */
export class Coverage {
  /** Of each text, its similarity to the nearest of the set. */
  private readonly covered: Float32Array;
  /** Of each candidate, its cosine to the nearest of the set. */
  private readonly nearest: Float32Array;
  /** Of each candidate, at least what it would add. */
  private bounds: Float32Array | undefined;
  private readonly taken = new Set<number>();

  private constructor(
    private readonly texts: Vectors,
    private readonly candidates: number,
    private readonly sharpness: number,
    /** [candidates, texts] */
    private readonly similarities: Float32Array,
    private readonly weights: Float32Array,
  ) {
    this.covered = new Float32Array(weights.length);
    this.nearest = new Float32Array(candidates).fill(-1);
  }

  /**
   * @param texts of length 1; the first `candidates` of them may be taken
   * @param weights of each text
   * @param sharpness power of the cosine that counts as similarity: the higher, the more only near texts count
   */
  static async of(
    texts: Vectors,
    candidates: number,
    { weights, sharpness }: { readonly weights: Float32Array; readonly sharpness: number },
  ): Promise<Coverage> {
    const first = { size: texts.size, data: texts.data.subarray(0, candidates * texts.size) };
    const similarities = await cosines(first, texts);
    for (let i = 0; i < similarities.length; i++) {
      similarities[i] = sharpened(similarities[i] as number, sharpness);
    }
    return new Coverage(texts, candidates, sharpness, similarities, weights);
  }

  /** Adds texts from elsewhere to the set. */
  async addVectors(vectors: Vectors): Promise<void> {
    const texts = this.weights.length;
    const found = await cosines(vectors, this.texts);
    for (let i = 0; i < found.length; i++) this.raise(i % texts, found[i] as number);
    this.bounds = undefined;
  }

  /** Adds a candidate to the set. @returns how many texts have nothing nearer in it */
  take(candidate: number): number {
    const { similarities, covered, sharpness } = this;
    const texts = covered.length;
    let group = 0;
    for (let text = 0, i = candidate * texts; text < texts; text++, i++) {
      const similarity = similarities[i] as number;
      if (similarity <= (covered[text] as number)) continue;
      group += 1;
      this.raise(text, similarity ** (1 / sharpness));
    }
    this.taken.add(candidate);
    return group;
  }

  /** Whether it may be taken without being almost the same as what is there. */
  isNew(candidate: number, mostCosine: number): boolean {
    return !this.taken.has(candidate) && (this.nearest[candidate] as number) < mostCosine;
  }

  /** The candidate that adds most, among those that `isNew`; undefined when there is none. */
  best(mostCosine: number): number | undefined {
    const bounds = (this.bounds ??= Float32Array.from({ length: this.candidates }, (_, c) => this.gain(c)));
    for (;;) {
      let best: number | undefined;
      for (let c = 0; c < bounds.length; c++) {
        if (
          (best === undefined || (bounds[c] as number) > (bounds[best] as number)) &&
          this.isNew(c, mostCosine)
        )
          best = c;
      }
      if (best === undefined) return undefined;
      const gain = Math.fround(this.gain(best));
      if (gain >= (bounds[best] as number)) return best;
      bounds[best] = gain;
    }
  }

  private raise(text: number, cosine: number): void {
    const similarity = sharpened(cosine, this.sharpness);
    if (similarity > (this.covered[text] as number)) this.covered[text] = similarity;
    if (text < this.candidates && cosine > (this.nearest[text] as number)) this.nearest[text] = cosine;
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

function sharpened(cosine: number, sharpness: number): number {
  return cosine > 0 ? cosine ** sharpness : 0;
}
