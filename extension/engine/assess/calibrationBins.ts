/** Calibration over texts as they come, in bounded memory: bins of equal width (Guo et al. 2017, eq. 3). */
export class CalibrationBins {
  private readonly bins: { score: number; hits: number }[];
  private texts = 0;

  constructor(count = 15) {
    this.bins = Array.from({ length: count }, () => ({ score: 0, hits: 0 }));
  }

  /** @param score of the predicted label, 0 to 1 */
  add(score: number, hit: boolean): void {
    const bin = this.bins[Math.min(this.bins.length - 1, Math.floor(score * this.bins.length))];
    if (!bin) throw new Error(`${score} is no score.`);
    bin.score += score;
    bin.hits += hit ? 1 : 0;
    this.texts += 1;
  }

  /** Expected calibration error, 0 to 1: mean distance between score and accuracy, weighted by the texts of a bin. */
  error(): number {
    const distance = this.bins.reduce((sum, { score, hits }) => sum + Math.abs(score - hits), 0);
    return distance / Math.max(1, this.texts);
  }
}
