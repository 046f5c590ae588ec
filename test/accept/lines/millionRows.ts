/** A table of a million rows through `nanonet classify`, once in one go and once killed at half. `NANONET_ROWS` says another number. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { processTree } from '../../editor/harness/processTree.mjs';
import { repository, testOutput } from '../../editor/harness/places';
import type { Measured } from '../framework';
import { readRows, runSplit } from './benchmarkSets';

const rows = Number(process.env['NANONET_ROWS'] ?? 1_000_000);
const mostBytes = 700e6;
const sampleMs = 250;

/** The cheapest student, so that what is around the engine has the most to do. */
export async function millionRows(): Promise<Measured> {
  const { modelDir } = await runSplit('trec6', '10-1', '--students', 'none');
  await mkdir(join(testOutput, 'accept'), { recursive: true });
  const folder = await mkdtemp(join(testOutput, 'accept', 'million-'));
  try {
    const table = join(folder, 'questions.jsonl');
    await writeTable(table);
    const [whole, killed] = ['whole.jsonl', 'killed.jsonl'].map((name) => join(folder, name)) as [
      string,
      string,
    ];
    const call = (out: string): string[] => ['classify', modelDir, table, '--out', out];

    const start = performance.now();
    const first = new Watched(call(whole));
    await first.end();
    const seconds = (performance.now() - start) / 1000;

    const second = new Watched(call(killed));
    const half = (await stat(whole)).size / 2;
    await until(second, async () => (await sizeOf(killed)) > half);
    await second.kill();
    const share = (await sizeOf(killed)) / (2 * half);
    const third = new Watched([...call(killed), '--resume']);
    await third.end();

    const same = (await digestOf(whole)) === (await digestOf(killed));
    const peak = Math.max(first.peakBytes, second.peakBytes, third.peakBytes);
    const lines = await linesOf(whole);
    return {
      figure:
        `${lines} answers to ${rows} rows, ${Math.round(rows / seconds)} a second; all processes together ${Math.round(peak / 1e6)} MB at most (under ` +
        `${mostBytes / 1e6}); killed after ${Math.round(100 * share)} % and resumed: ${same ? 'the same bytes' : 'other bytes'}`,
      ok: same && lines === rows && peak < mostBytes && share < 0.95,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Questions again and again, each row different. */
async function writeTable(file: string): Promise<void> {
  const pool = await readRows('trec6', 'pool');
  const stream = createWriteStream(file);
  for (let i = 0; i < rows; i += 1) {
    const row = JSON.stringify({ id: `q${i}`, text: `${pool[i % pool.length]?.text ?? ''} (${i})` });
    if (!stream.write(`${row}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}

/** A command, and the memory of all its processes while it runs. */
class Watched {
  peakBytes = 0;
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;
  private readonly watch: NodeJS.Timeout;
  private said = '';

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [join(repository, 'dist', 'cli.js'), ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.child.stderr?.on('data', (chunk) => (this.said += String(chunk)));
    this.closed = once(this.child, 'close');
    const { pid = 0 } = this.child;
    this.watch = setInterval(() => {
      const bytes = processTree(pid, 'none').reduce((sum, one) => sum + residentBytes(one), 0);
      this.peakBytes = Math.max(this.peakBytes, bytes);
    }, sampleMs);
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** @throws Error with what it said, when it does not exit with 0 */
  async end(): Promise<void> {
    await this.closed;
    clearInterval(this.watch);
    if (this.child.exitCode !== 0) throw new Error(`nanonet classify: ${this.said.slice(-1000)}`);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.closed;
    clearInterval(this.watch);
  }
}

/** On Linux; pages that processes share count for each. */
function residentBytes(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return 1024 * Number(kilobytes ?? 0);
  } catch {
    return 0; // it ended meanwhile
  }
}

async function until(command: Watched, isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) {
    if (!command.isRunning) throw new Error('It was done before it could be killed.');
    await setTimeout(5);
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function linesOf(file: string): Promise<number> {
  let lines = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>)
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1;
  return lines;
}
