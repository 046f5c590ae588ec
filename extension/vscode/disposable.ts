/** Ownership of listeners, watchers and channels: whoever makes one owns it, and disposes it with itself. */
import type * as vscode from 'vscode';

export abstract class Disposable implements vscode.Disposable {
  private readonly owned: { dispose(): unknown }[] = [];
  private disposed = false;

  /** Takes a thing over; one that comes too late is disposed at once. */
  protected own<T extends { dispose(): unknown }>(thing: T): T {
    if (this.disposed) thing.dispose();
    else this.owned.push(thing);
    return thing;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** In the reverse of the order in which they came, as they may use each other. */
  dispose(): void {
    this.disposed = true;
    while (this.owned.length > 0) this.owned.pop()?.dispose();
  }
}
