/**
 * Reads a file in a process of its own: what hostile bytes ask for in time and memory ends that process and nothing else. A
 * worker thread is not enough: V8 ends the whole process where a thread runs out of memory in one step.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CancelledError, messageOf } from '../protocol/appError';
import { electronAsNode } from '../protocol/electron';

/** What a file may ask for. */
export interface ReaderLimits {
  /** Of the whole process, Node itself (about 50 MB) among it. */
  readonly memoryBytes: number;
  /** Of the processor, between two answers. */
  readonly quietMs: number;
}

type Answer<T> = { readonly items: readonly T[]; readonly isDone: boolean } | { readonly reason: string };

/** The bundle of `reader.ts`, beside the one that this is in; from the sources themselves, what was built last. */
const program = [__dirname, join(__dirname, '..', '..', 'dist')]
  .map((folder) => join(folder, 'reader.js'))
  .find((file) => existsSync(file));

/** So much is sent at a time. */
const itemsAtOnce = 500;
const msAtOnce = 50;
const watchEveryMs = 20;

const reasons: Readonly<Record<string, string>> = {
  memory: 'it takes more memory to read than a file may',
  time: 'it takes longer to read than a file may',
};

/**
 * @param job what `serveReader` is given in the other process
 * @throws Error with the reason, as a sentence part, when the other process fails or breaks a limit; CancelledError
 */
export async function* readApart<T>(
  job: object,
  limits: ReaderLimits,
  signal?: AbortSignal,
): AsyncGenerator<T> {
  CancelledError.throwIf(signal);
  const child = fork(program ?? join(__dirname, 'reader.js'), {
    env: { ...process.env, ...electronAsNode() },
    // Strings and objects: what is not counted here is decompressed bytes.
    execArgv: [`--max-old-space-size=${Math.round((0.6 * limits.memoryBytes) / 1024 / 1024)}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(0, 4096)));
  const ended = new Promise<Answer<T>>((resolve) => {
    child.once('error', (error) => resolve({ reason: messageOf(error) }));
    child.once('close', () => {
      const why = said.startsWith('time') ? 'time' : said.includes('memory') ? 'memory' : '';
      resolve({ reason: reasons[why] ?? 'its reader ended unexpectedly' });
    });
  });
  const stop = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for (let message: object = { job, limits }; ; message = { goOn: true }) {
      // A process that died meanwhile says so by its end.
      child.send(message, () => undefined);
      const answer = await Promise.race([once(child, 'message').then(([a]) => a as Answer<T>), ended]);
      CancelledError.throwIf(signal);
      if ('reason' in answer) throw new Error(answer.reason);
      yield* answer.items;
      if (answer.isDone) return;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

/** The other process: reads one job, sends when it is asked for more, and ends with its parent. */
export function serveReader(read: (job: never) => AsyncIterable<unknown>): void {
  process.once('disconnect', () => process.exit(0));
  process.once('message', ({ job, limits }: { job: never; limits: ReaderLimits }) => {
    void answerAll(read(job), limits).catch((error: unknown) => send({ reason: messageOf(error) }));
  });
}

async function answerAll(items: AsyncIterable<unknown>, limits: ReaderLimits): Promise<void> {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  await once(new Worker(__filename, { workerData: { limits, progress } }), 'online');
  let some: unknown[] = [];
  let since = performance.now();
  for await (const item of items) {
    some.push(item);
    if (some.length < itemsAtOnce && performance.now() - since < msAtOnce) continue;
    const more = once(process, 'message');
    send({ items: some, isDone: false });
    await more;
    Atomics.add(progress, 0, 1);
    some = [];
    since = performance.now();
  }
  send({ items: some, isDone: true });
}

function send(answer: Answer<unknown>): void {
  process.send?.(answer);
}

/** A thread of the other process, for the one that reads may not come to look at the clock. */
export function watchReader({ limits, progress }: { limits: ReaderLimits; progress: Int32Array }): void {
  let seen = -1;
  let before = 0;
  const parent = process.ppid;
  const end = (why: string): void => {
    try {
      writeSync(2, why);
    } finally {
      process.kill(process.pid, 'SIGKILL');
    }
  };
  setInterval(() => {
    const { user, system } = process.cpuUsage();
    const now = (user + system) / 1000;
    if (seen !== Atomics.load(progress, 0)) {
      seen = Atomics.load(progress, 0);
      before = now;
    }
    if (process.ppid !== parent) end('orphan');
    else if (process.memoryUsage.rss() > limits.memoryBytes) end('memory');
    else if (now - before > limits.quietMs) end('time');
  }, watchEveryMs);
}
