import { existsSync } from 'node:fs';
import { AppError } from '../protocol/appError';
import { EngineClient } from '../protocol/engineClient';
import type { Installation } from './installation';
import type { Terminal } from './terminal';

/**
 * Runs `work` with an engine of its own, which ends with it.
 *
 * @throws AppError('cli/not-built')
 */
export async function withEngine<T>(
  installation: Installation,
  terminal: Terminal,
  work: (engine: EngineClient) => Promise<T>,
): Promise<T> {
  if (!existsSync(installation.engine)) {
    throw new AppError(
      'cli/not-built',
      `${installation.engine} is missing: build it with \`npm run build\`.`,
    );
  }
  const engine = new EngineClient({
    modulePath: installation.engine,
    log: (level, message) => {
      if (level !== 'info' || process.env['NANONET_VERBOSE']) terminal.err.write(`${message}\n`);
    },
  });
  try {
    return await work(engine);
  } finally {
    engine.dispose();
  }
}
