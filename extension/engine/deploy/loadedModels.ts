/** Models that stay loaded between two requests; the one that was not used for the longest goes first. */
export class LoadedModels<T extends { dispose(): Promise<void> }> {
  /** From the one that was not used for the longest on. */
  private readonly loaded = new Map<string, Promise<T>>();

  constructor(private readonly most: number) {}

  /** @throws what `load` throws; it is tried again the next time */
  async get(key: string, load: () => Promise<T>): Promise<T> {
    const known = this.loaded.get(key) ?? load();
    this.loaded.delete(key);
    this.loaded.set(key, known);
    for (const [oldest, model] of [...this.loaded].slice(0, -this.most)) {
      this.loaded.delete(oldest);
      // One that could not be loaded is told to whoever asked for it.
      await model.then(
        (one) => one.dispose(),
        () => undefined,
      );
    }
    try {
      return await known;
    } catch (error) {
      this.loaded.delete(key);
      throw error;
    }
  }
}
