import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

/** A process that labels (`journalWriter.ts`), and what it has said. */
export interface Writing {
  readonly child: ChildProcess;
  /** Ids that it said are saved, so far. */
  readonly saved: string[];
  /** 'done', 'failed ...', or '' when it was killed. */
  readonly ended: Promise<string>;
}

export interface JournalWriter {
  /** @param limit shell words before the process begins: 'ulimit -f 20; ' */
  write(root: string, name: string, count: number, options?: SpawnOptions, limit?: string): Writing;
  remove(): Promise<void>;
}

/** Bundles the process where every user can read it. */
export async function buildJournalWriter(): Promise<JournalWriter> {
  const bin = await mkdtemp(join(tmpdir(), 'nanonet-writer-'));
  await chmod(bin, 0o755);
  const program = join(bin, 'journalWriter.js');
  const entry = join(import.meta.dirname, 'journalWriter.ts');
  await build({ entryPoints: [entry], outfile: program, bundle: true, platform: 'node', logLevel: 'error' });
  return {
    write: (root, name, count, options = {}, limit = '') => {
      const command = `${limit}exec "$0" "$@"`;
      const args = ['-c', command, process.execPath, program, root, name, String(count)];
      return listen(spawn('bash', args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] }));
    },
    remove: () => rm(bin, { recursive: true, force: true }),
  };
}

function listen(child: ChildProcess): Writing {
  const saved: string[] = [];
  let last = '';
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  lines.on('line', (line) => {
    if (line.startsWith('saved ')) saved.push(line.slice(6));
    else last = line;
  });
  const closed = new Promise<void>((resolve) => lines.on('close', resolve));
  const exited = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  return { child, saved, ended: Promise.all([closed, exited]).then(() => last) };
}
