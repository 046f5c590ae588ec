import type { Reliability } from '../../protocol/report';

/** Calibration over texts as they come, in bounded memory: bins of equal width (Guo et al. 2017, eq. 3). */
export class CalibrationBins {
  private readonly bins: { score: number; hits: number; texts: number }[];
  private texts = 0;

  constructor(count = 15) {
    this.bins = Array.from({ length: count }, () => ({ score: 0, hits: 0, texts: 0 }));
  }

  /** @param score of the predicted label, 0 to 1 */
  add(score: number, hit: boolean): void {
    const bin = this.bins[Math.min(this.bins.length - 1, Math.floor(score * this.bins.length))];
    if (!bin) throw new Error(`${score} is no score.`);
    bin.score += score;
    bin.hits += hit ? 1 : 0;
    bin.texts += 1;
    this.texts += 1;
  }

  /** The bins that have texts, lowest first, and the calibration error. */
  reliability(): Reliability {
    const count = this.bins.length;
    return {
      ece: this.error(),
      bins: this.bins.flatMap(({ score, hits, texts }, i) =>
        texts === 0
          ? []
          : [{ from: i / count, to: (i + 1) / count, texts, score: score / texts, accuracy: hits / texts }],
      ),
    };
  }

  /** Expected calibration error, 0 to 1: mean distance between score and accuracy, weighted by the texts of a bin. */
  error(): number {
    const distance = this.bins.reduce((sum, { score, hits }) => sum + Math.abs(score - hits), 0);
    return distance / Math.max(1, this.texts);
  }
}
