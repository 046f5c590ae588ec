import { setImmediate } from 'node:timers/promises';
import { CancelledError } from '../../protocol/appError';

/** Long enough that yielding costs nothing, short enough that no one waits. */
const intervalMs = 20;

/**
 * Lets the event loop breathe in long computations, so that a cancellation can arrive. The function it gives is
 * called between pieces of work; it yields when the last time was a while ago.
 * @throws CancelledError (from the function) once the signal has fired
 */
export function breather(signal: AbortSignal | undefined): () => Promise<void> {
  let last = performance.now();
  return async () => {
    CancelledError.throwIf(signal);
    if (performance.now() - last < intervalMs) return;
    await setImmediate();
    CancelledError.throwIf(signal);
    last = performance.now();
  };
}
