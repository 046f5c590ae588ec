import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { AppError, CancelledError, messageOf } from '../protocol/appError';
import type * as queueLibrary from './queueLibrary';
import type { QueueAddress } from './queueAddress';
import { attempts, keyPrefix, queueName, type ShardTexts } from './queueShards';
import type { Terminal } from './terminal';

export type QueueLibrary = typeof queueLibrary;
export type ShardQueue = Queue<ShardTexts, unknown, string>;

const longestPauseMs = 2_000;

/**
 * Runs `work` with a connection that waits for a Redis which is away, and says so.
 *
 * @throws AppError('cli/no-queue') when it cannot be reached in the first place
 */
export async function withRedis<T>(
  address: QueueAddress,
  terminal: Terminal,
  work: (redis: Redis, library: QueueLibrary) => Promise<T>,
): Promise<T> {
  const library = await import('./queueLibrary');
  let [isUp, wasUp] = [false, false];
  let reason: unknown;
  const redis = new library.Redis({
    ...address.options,
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (wasUp ? Math.min(100 * times, longestPauseMs) : null),
  });
  redis.on('error', (error) => (reason = error));
  redis.on('ready', () => {
    if (wasUp) terminal.err.write(`The queue at ${address.name} is back.\n`);
    isUp = wasUp = true;
  });
  redis.on('reconnecting', () => {
    if (isUp) terminal.err.write(`The queue at ${address.name} does not answer; waiting for it.\n`);
    isUp = false;
  });
  try {
    await redis.connect().catch((error: unknown) => {
      throw new AppError(
        'cli/no-queue',
        `The Redis at ${address.name} cannot be reached (${messageOf(reason ?? error)}): see that it runs, and that address and ` +
          'password are right.',
        { cause: error },
      );
    });
    return await work(redis, library);
  } finally {
    redis.disconnect();
  }
}

/** Of the shards for one model. */
export function openQueue(redis: Redis, { Queue }: QueueLibrary, model: string): ShardQueue {
  const queue: ShardQueue = new Queue(queueName(model), {
    connection: redis,
    prefix: keyPrefix,
    defaultJobOptions: { attempts, backoff: { type: 'fixed', delay: 1_000 }, stackTraceLimit: 0 },
    // Nobody reads what BullMQ tells of each job, and answers are in it.
    streams: { events: { maxLen: 1 } },
  });
  queue.on('error', () => undefined); // `withRedis` says it
  return queue;
}

/** What is asked of a Redis that is away comes when it is back: nobody who wants to stop waits for that. @throws CancelledError */
export async function unlessStopped<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  CancelledError.throwIf(signal);
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new CancelledError());
    signal.addEventListener('abort', stop, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}
