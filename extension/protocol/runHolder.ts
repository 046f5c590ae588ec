/** One process at a time works on a run: which, stands in the run's folder. */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { AppError } from './appError';

const holderFile = 'process';

/** The process that works on a run; undefined when none does, whatever one that was killed has left. */
export async function runHolder(runDir: string): Promise<number | undefined> {
  const file = join(runDir, holderFile);
  try {
    const pid = Number(await readFile(file, 'utf8'));
    const startedAt = Date.now() - uptime() * 1000;
    // Numbers are given anew when the computer starts.
    if (!Number.isInteger(pid) || pid <= 0 || (await stat(file)).mtimeMs < startedAt) return undefined;
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    if (code === 'EPERM') return Number(await readFile(file, 'utf8')); // alive, and somebody else's
    throw error;
  }
}

/**
 * Takes a run for this process.
 * @returns lets it go
 * @throws AppError('run/busy') while another process works on it
 */
export async function holdRun(runDir: string): Promise<() => Promise<void>> {
  const holder = await runHolder(runDir);
  if (holder !== undefined && holder !== process.pid) {
    throw new AppError(
      'run/busy',
      `Another window or terminal trains this already (process ${holder}): wait for it, or cancel it there.`,
    );
  }
  const file = join(runDir, holderFile);
  await writeFile(file, String(process.pid));
  return () => rm(file, { force: true });
}
