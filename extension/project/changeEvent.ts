/** Something that can be given back, shaped like the editor's own so that it fits its lists. */
export interface Disposable {
  dispose(): void;
}

/** The smallest event: something changed, go and look. */
export class ChangeEvent {
  private readonly listeners = new Set<() => void>();

  on(listener: () => void): Disposable {
    const own = (): void => listener();
    this.listeners.add(own);
    return { dispose: () => this.listeners.delete(own) };
  }

  fire(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
