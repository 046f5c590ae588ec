/**
 * Reads files in a process of their own: what hostile bytes ask for in time and memory ends that process and nothing else. A
 * worker thread is not enough: V8 ends the whole process where a thread runs out of memory in one step.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
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
  /** Of the processor, for the whole file; any without it. */
  readonly wholeMs?: number;
}

type Answer<T> =
  | {
      readonly items: readonly T[];
      readonly isDone: boolean;
      /** It has grown: what comes next has a new process. */
      readonly isSpent?: boolean;
    }
  | { readonly reason: string };

/** The bundle of `reader.ts`, beside the one that this is in; from the sources themselves, what was built last. */
const program = [__dirname, join(__dirname, '..', '..', 'dist')]
  .map((folder) => join(folder, 'reader.js'))
  .find((file) => existsSync(file));

/** What the watching thread sees of the reading one: how many answers it has sent, and files begun. */
const [answers, files] = [0, 1];

/** So much is sent at a time. */
const itemsAtOnce = 500;
const msAtOnce = 50;
const watchEveryMs = 20;
/** Share of its memory above which a process takes no further job. */
const spent = 0.5;

const reasons: Readonly<Record<string, string>> = {
  memory: 'it takes more memory to read than a file may',
  time: 'it takes longer to read than a file may',
};

/** One file. @throws as `Reader.read` */
export async function* readApart<T>(
  job: object,
  limits: ReaderLimits,
  signal?: AbortSignal,
): AsyncGenerator<T> {
  const reader = new Reader(limits);
  try {
    yield* reader.read<T>(job, signal);
  } finally {
    reader.close();
  }
}

/** One file after the other in one process, until a file breaks a limit: the next one has another. */
export class Reader {
  private child: ChildProcess | undefined;
  /** What it has complained about last. */
  private said = '';

  constructor(private readonly limits: ReaderLimits) {}

  /**
   * One job at a time.
   *
   * @param job what `serveReader` is given in the other process
   * @throws Error with the reason, as a sentence part, when the other process fails or breaks a limit; CancelledError
   */
  async *read<T>(job: object, signal?: AbortSignal): AsyncGenerator<T> {
    CancelledError.throwIf(signal);
    const child = (this.child ??= this.start());
    keep(child, true);
    let end: (answer: Answer<T>) => void = () => undefined;
    const ended = new Promise<Answer<T>>((resolve) => (end = resolve));
    const fail = (error: unknown): void => end({ reason: messageOf(error) });
    const closed = (): void => end({ reason: this.whyEnded() });
    child.once('error', fail).once('close', closed);
    const stop = (): void => this.close();
    signal?.addEventListener('abort', stop, { once: true });
    let isFree = false;
    try {
      for (let message: object = { job, limits: this.limits }; ; message = { goOn: true }) {
        // A process that died meanwhile says so by its end.
        child.send(message, () => undefined);
        const answer = await Promise.race([once(child, 'message').then(([a]) => a as Answer<T>), ended]);
        CancelledError.throwIf(signal);
        if ('reason' in answer) throw new Error(answer.reason);
        yield* answer.items;
        isFree = answer.isDone && answer.isSpent !== true;
        if (answer.isDone) return;
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      child.off('error', fail).off('close', closed);
      if (isFree) keep(child, false);
      else this.close();
    }
  }

  /** Another process begins with the next job. */
  close(): void {
    const { child } = this;
    this.child = undefined;
    child?.kill('SIGKILL');
  }

  private start(): ChildProcess {
    this.said = '';
    const { memoryBytes } = this.limits;
    const child = fork(program ?? join(__dirname, 'reader.js'), {
      env: { ...process.env, ...electronAsNode() },
      // Strings and objects: what is not counted here is decompressed bytes.
      execArgv: [`--max-old-space-size=${Math.round((0.6 * memoryBytes) / 1024 / 1024)}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.stderr?.on('data', (chunk: Buffer) => (this.said = (this.said + String(chunk)).slice(-4096)));
    // It may end while nobody reads.
    child.on('error', () => undefined);
    child.once('close', () => {
      if (this.child === child) this.child = undefined;
    });
    return child;
  }

  private whyEnded(): string {
    const why = this.said.includes('\0time') ? 'time' : this.said.includes('memory') ? 'memory' : '';
    return reasons[why] ?? 'its reader ended unexpectedly';
  }
}

/** A process that waits for its next job keeps nobody from the end. */
function keep(child: ChildProcess, isKept: boolean): void {
  const how = isKept ? 'ref' : 'unref';
  child[how]();
  child.channel?.[how]();
  (child.stderr as Socket | null)?.[how]();
}

/** The other process: reads one job after the other, sends when it is asked for more, and ends with its parent. */
export function serveReader(read: (job: never) => AsyncIterable<unknown>): void {
  process.once('disconnect', () => process.exit(0));
  let watched: Promise<Int32Array> | undefined;
  process.on('message', (message: { job: never; limits: ReaderLimits } | { goOn: true }) => {
    if ('goOn' in message) return;
    const { job, limits } = message;
    watched ??= watch(limits);
    void watched
      .then((progress) => answerAll(read(job), limits, progress))
      .catch((error: unknown) => send({ reason: messageOf(error) }));
  });
}

async function watch(limits: ReaderLimits): Promise<Int32Array> {
  const progress = new Int32Array(new SharedArrayBuffer(8));
  await once(new Worker(__filename, { workerData: { limits, progress } }), 'online');
  return progress;
}

async function answerAll(
  items: AsyncIterable<unknown>,
  { memoryBytes }: ReaderLimits,
  progress: Int32Array,
): Promise<void> {
  Atomics.add(progress, answers, 1);
  Atomics.add(progress, files, 1);
  let some: unknown[] = [];
  let since = performance.now();
  for await (const item of items) {
    some.push(item);
    if (some.length < itemsAtOnce && performance.now() - since < msAtOnce) continue;
    const more = once(process, 'message');
    send({ items: some, isDone: false });
    await more;
    Atomics.add(progress, answers, 1);
    some = [];
    since = performance.now();
  }
  send({ items: some, isDone: true, isSpent: process.memoryUsage.rss() > spent * memoryBytes });
}

function send(answer: Answer<unknown>): void {
  process.send?.(answer);
}

/** A thread of the other process, for the one that reads may not come to look at the clock. */
export function watchReader({ limits, progress }: { limits: ReaderLimits; progress: Int32Array }): void {
  const seen = [-1, -1];
  /** Processor time at the last answer, and at the beginning of the file. */
  const since = [0, 0];
  const parent = process.ppid;
  const end = (why: string): void => {
    try {
      writeSync(2, `\0${why}`);
    } finally {
      process.kill(process.pid, 'SIGKILL');
    }
  };
  setInterval(() => {
    const { user, system } = process.cpuUsage();
    const now = (user + system) / 1000;
    for (const what of [answers, files]) {
      if (seen[what] === Atomics.load(progress, what)) continue;
      seen[what] = Atomics.load(progress, what);
      since[what] = now;
    }
    const spentOn = (what: number): number => now - (since[what] ?? 0);
    if (process.ppid !== parent) end('orphan');
    else if (process.memoryUsage.rss() > limits.memoryBytes) end('memory');
    else if (spentOn(answers) > limits.quietMs || spentOn(files) > (limits.wholeMs ?? Infinity)) end('time');
  }, watchEveryMs);
}
