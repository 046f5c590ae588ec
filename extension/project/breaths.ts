/** Long work on the thread that also answers the editor: lets others in between. */
import { setImmediate } from 'node:timers/promises';
import { CancelledError } from '../protocol/appError';

/** Half of what a person begins to feel, for one breath more or less. */
const longestMs = 15;

/** One for each piece of work; await `breathe` wherever the work can be left. */
export class Breaths {
  private since = performance.now();

  constructor(private readonly signal?: AbortSignal) {}

  /** @throws CancelledError */
  async breathe(): Promise<void> {
    if (performance.now() - this.since < longestMs) return;
    await setImmediate();
    this.since = performance.now();
    CancelledError.throwIf(this.signal);
  }
}
