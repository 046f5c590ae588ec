/** Several engines that share the texts and the processor. */
import { availableParallelism } from 'node:os';
import type { ReadingParams } from '../protocol/engineApi';
import type { EngineClient } from '../protocol/engineClient';
import { answersTo, type Answer } from './answering';
import { withEngine } from './engine';
import { inOrder } from './inOrder';
import type { Installation } from './installation';
import type { Terminal } from './terminal';
import type { PlacedText } from './texts';

/**
 * Runs `work` with engines of its own, which end with it. Each starts when it is first asked.
 *
 * @throws AppError('cli/not-built')
 */
export function withEngines<T>(
  installation: Installation,
  terminal: Terminal,
  number: number,
  work: (engines: readonly EngineClient[]) => Promise<T>,
): Promise<T> {
  const next = (engines: readonly EngineClient[]): Promise<T> =>
    engines.length === number
      ? work(engines)
      : withEngine(installation, terminal, (engine) => next([...engines, engine]));
  return next([]);
}

/** Answers in the order of the texts, by however many engines: while each reads a batch, the next is on its way to it. */
export async function* answersHere(
  batches: AsyncIterable<readonly PlacedText[]>,
  engines: readonly EngineClient[],
  reading: ReadingParams,
): AsyncGenerator<Answer[]> {
  const shared = { ...reading, ...sharedAmong(engines) };
  const ask = perEngine(engines);
  yield* inOrder(batches, (batch) => ask((engine) => answersTo(batch, engine, shared)), 2 * engines.length);
}

/** Threads for each of several; one alone decides by itself. */
export function sharedAmong(engines: readonly EngineClient[]): { readonly threads?: number } {
  if (engines.length === 1) return {};
  return { threads: Math.max(1, Math.floor(availableParallelism() / engines.length)) };
}

/** Each request goes to the engine that has the fewest. */
function perEngine(
  engines: readonly EngineClient[],
): <T>(request: (engine: EngineClient) => Promise<T>) => Promise<T> {
  const asked = new Map(engines.map((engine) => [engine, 0]));
  return async (request) => {
    const [[engine, already]] = [...asked].sort(([, a], [, b]) => a - b) as [[EngineClient, number]];
    asked.set(engine, already + 1);
    try {
      return await request(engine);
    } finally {
      asked.set(engine, (asked.get(engine) ?? 1) - 1);
    }
  };
}
