/** Many texts over a queue whose parts die: what the always-run test and the acceptance have in common. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../editor/harness/until';
import { NanonetProcess } from './nanonetProcess';
import type { RedisServer } from './redis';

export interface Scenario {
  readonly redis: RedisServer;
  /** Of the rows, and of all that is written. */
  readonly folder: string;
  /** The model's folder. */
  readonly model: string;
  /** A file in `folder`. */
  readonly rows: string;
  readonly workers: number;
  readonly killed: number;
  /** What `nanonet classify` says of the rows without a queue. */
  readonly whole: Buffer;
}

export interface Played {
  readonly answers: Buffer;
  readonly said: string;
  readonly code: number | null;
  /** Answers that were there when the workers were killed, and when Redis was, in bytes. */
  readonly at: readonly [number, number];
  /** The most memory that Redis used, in bytes. */
  readonly redisPeak: number;
  /** Shards that came back from workers that were gone, or seemed to be. */
  readonly cameBack: number;
}

export async function startWorkers(
  { redis, folder, model }: Pick<Scenario, 'redis' | 'folder' | 'model'>,
  number: number,
): Promise<NanonetProcess[]> {
  const all = Array.from(
    { length: number },
    () => new NanonetProcess(folder, 'worker', model, '--queue', redis.url),
  );
  for (const worker of all)
    await until('a worker', () => worker.said.includes('Taking texts'), { timeoutMs: 60_000 });
  return all;
}

/** Kills workers after a fifth of the answers and Redis after two fifths, and starts Redis again. */
export async function play(scenario: Scenario): Promise<Played> {
  const { redis, folder, model, rows, whole } = scenario;
  const workers = await startWorkers(scenario, scenario.workers);
  try {
    const out = join(folder, 'queued.jsonl');
    const args = ['classify', model, rows, '--out', out, '--queue', redis.url, '--in-flight', '8'];
    const client = new NanonetProcess(folder, ...args);
    const written = (share: number): Promise<number> =>
      until(
        `${share} of the answers`,
        async () => {
          const { size } = await stat(out).catch(() => ({ size: 0 }));
          return size >= share * whole.length && size;
        },
        { timeoutMs: 300_000, everyMs: 5 },
      );
    const first = await written(0.2);
    await until('work for all', async () => (await redis.active()) >= workers.length, { everyMs: 1 });
    for (const worker of workers.slice(0, scenario.killed)) worker.kill('SIGKILL');
    const second = await written(0.4);
    const before = await redis.peak();
    await redis.kill();
    await redis.start();
    const { code, err } = await client.ended;
    const cameBack = workers.flatMap(({ said }) => said.match(/came back to the queue/g) ?? []).length;
    const redisPeak = Math.max(before, await redis.peak());
    return { redisPeak, cameBack, answers: await readFile(out), said: err, code, at: [first, second] };
  } finally {
    for (const worker of workers) worker.kill('SIGTERM');
    await Promise.all(workers.map(({ ended }) => ended));
  }
}
