/** Several engines that share the texts and the processor. */
import { availableParallelism } from 'node:os';
import type { EngineClient } from '../protocol/engineClient';
import { withEngine } from './engine';
import type { Installation } from './installation';
import type { Terminal } from './terminal';

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

/** Threads for each of several; one alone decides by itself. */
export function sharedAmong(engines: readonly EngineClient[]): { readonly threads?: number } {
  if (engines.length === 1) return {};
  return { threads: Math.max(1, Math.floor(availableParallelism() / engines.length)) };
}

/** Each request goes to the engine that has the fewest. */
export function perEngine(
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
