const everyMs = 500;

/** While answers go to a file: how many there are, on a terminal that somebody watches. */
export class AnswerCount {
  private texts = 0;
  private readonly begunMs: number;
  private drawnMs = -Infinity;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.begunMs = now();
  }

  add(texts: number): void {
    this.texts += texts;
    const now = this.now();
    if (!this.stream.isTTY || now - this.drawnMs < everyMs) return;
    const perSecond = Math.round((1000 * this.texts) / Math.max(1, now - this.begunMs));
    this.stream.write(`\r${this.texts} texts answered, ${perSecond} a second\x1b[K`);
    this.drawnMs = now;
  }

  /** Leaves the terminal as a following line expects it. */
  end(): void {
    if (this.drawnMs > -Infinity) this.stream.write('\r\x1b[K');
  }
}
