import { setTimeout as sleep } from 'node:timers/promises';
import { CancelledError } from '../../protocol/appError';

/**
 * Waits for work that goes on in the background, but not for longer than this. @throws CancelledError as soon as the signal fires
 */
export async function waitAtMost(
  patienceMs: number,
  work: Promise<unknown> | undefined,
  signal: AbortSignal,
): Promise<void> {
  const done = new AbortController();
  const ended = AbortSignal.any([signal, done.signal]);
  await Promise.race([work, sleep(patienceMs, undefined, { signal: ended }).catch(() => undefined)]);
  done.abort();
  CancelledError.throwIf(signal);
}
