/** Hands on at most one value a frame, and only the newest: what came in between is dropped, and nothing is kept. */
export class Newest<T> {
  private waiting: { readonly value: T } | undefined;

  constructor(private readonly handOn: (value: T) => void) {}

  push(value: T): void {
    const isAsked = this.waiting !== undefined;
    this.waiting = { value };
    if (isAsked) return;
    requestAnimationFrame(() => {
      const newest = this.waiting;
      this.waiting = undefined;
      if (newest !== undefined) this.handOn(newest.value);
    });
  }
}
