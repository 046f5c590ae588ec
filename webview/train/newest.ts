/** Draws at most once a frame, and only the newest: what came in between is never drawn, nor kept. */
export class Newest<T> {
  private waiting: { readonly value: T } | undefined;

  constructor(private readonly draw: (value: T) => void) {}

  push(value: T): void {
    const isAsked = this.waiting !== undefined;
    this.waiting = { value };
    if (isAsked) return;
    requestAnimationFrame(() => {
      const newest = this.waiting;
      this.waiting = undefined;
      if (newest !== undefined) this.draw(newest.value);
    });
  }
}
