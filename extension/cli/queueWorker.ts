/** The other end of a queue: shards of texts in, answers out, until it is told to stop. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { AppError } from '../protocol/appError';
import type { ReadingParams } from '../protocol/engineApi';
import type { EngineClient } from '../protocol/engineClient';
import { count } from './figures';
import { openQueue, type QueueLibrary } from './queueConnection';
import {
  attempts,
  keyPrefix,
  mostLost,
  queueName,
  shardSchema,
  type ShardAnswer,
  type ShardTexts,
} from './queueShards';

/** A worker that says nothing for so long has lost its shards; others look for those so often. */
const [lockDuration, stalledInterval] = [10_000, 5_000];
/** Answers that nobody fetched are removed. */
const [keptMs, cleanEveryMs] = [3_600_000, 60_000];
const sayEveryMs = 10_000;
/** So long a worker that stops waits for a Redis that is away. */
const giveUpMs = 3_000;

export interface WorkerOptions {
  /** Shards are read at the same time, each by an engine of its own: one that stops takes no other shard with it. */
  readonly engines: readonly EngineClient[];
  readonly reading: ReadingParams;
  /** Digest. */
  readonly model: string;
  /** Where the queue is, for people. */
  readonly from: string;
  /** Shards that are under way when it fires are answered. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** @returns how many texts were answered. @throws AppError when the model cannot be read here */
export async function serveShards(
  redis: Redis,
  library: QueueLibrary,
  { engines, reading, model, from, signal, say }: WorkerOptions,
): Promise<number> {
  // Loads the model: one that cannot be read here is told before anything is taken.
  for (const engine of engines) await engine.classify({ ...reading, texts: ['a text'] }, { signal });
  say(`Taking texts for model ${model.slice(0, 12)} from ${from}; Ctrl-C stops.`);
  const free = [...engines];
  let [texts, saidAt] = [0, performance.now()];
  let broken: AppError | undefined;
  await new Promise<void>((resolve, reject) => {
    const answer = async (job: Job<ShardTexts, ShardAnswer>): Promise<ShardAnswer> => {
      const engine = free.pop();
      if (!engine) throw new Error('More shards than engines.');
      try {
        const answered = await answerShard(job, engine);
        texts += job.data.texts.length;
        if (performance.now() - saidAt > sayEveryMs) {
          saidAt = performance.now();
          say(`${count(texts, 'text')} answered.`);
        }
        return answered;
      } catch (error) {
        // Not the texts' fault: another worker may be better off.
        if (AppError.is(error) && !AppError.is(error, 'engine/crashed')) {
          broken = error;
          endOnce();
        }
        throw error;
      } finally {
        free.push(engine);
      }
    };
    const worker = new library.Worker<ShardTexts, ShardAnswer>(queueName(model), answer, {
      connection: redis,
      prefix: keyPrefix,
      concurrency: engines.length,
      lockDuration,
      stalledInterval,
      maxStalledCount: mostLost,
      runRetryDelay: 1_000,
    });
    // A Redis that is away is told by its connection. A shard that another worker has taken over and answered is no loss.
    worker.on('error', () => undefined);
    worker.on('stalled', () => say('Texts of a worker that is gone came back to the queue.'));
    const queue = openQueue(redis, library, model);
    const cleaning = setInterval(() => {
      for (const state of ['completed', 'failed'] as const)
        queue.clean(keptMs, 1_000, state).catch(() => undefined);
    }, cleanEveryMs);
    let ending: Promise<void> | undefined;
    const end = async (): Promise<void> => {
      await worker.pause(true); // takes no more
      const isAway = (): boolean => redis.status !== 'ready';
      for (
        let awayMs = 0;
        free.length < engines.length && awayMs < giveUpMs;
        awayMs = isAway() ? awayMs + 100 : 0
      )
        await pause(100);
      clearInterval(cleaning);
      // Answers cannot be given to a Redis that is away: another worker will read those texts.
      await worker.close(isAway());
      resolve();
    };
    const endOnce = (): void => void (ending ??= end().catch(reject));
    if (signal.aborted) endOnce();
    signal.addEventListener('abort', endOnce, { once: true });
  });
  if (broken) throw broken;
  return texts;

  async function answerShard(job: Job<ShardTexts>, engine: EngineClient): Promise<ShardAnswer> {
    const shard = shardSchema.safeParse(job.data).data;
    if (shard?.model !== model)
      throw new library.UnrecoverableError('no shard for this model and version of NanoNet');
    const predictions = (of: readonly string[]) => engine.classify({ ...reading, texts: of });
    try {
      const all = await predictions(shard.texts);
      return {
        predictions: all.map(({ label, score, runnerUp, abstained }) => ({
          label,
          score,
          ...(runnerUp && { runnerUp }),
          abstained,
        })),
      };
    } catch (error) {
      if (!AppError.is(error, 'engine/crashed') || job.attemptsMade + 1 < attempts) throw error;
      // The last try: which text is it?
      for (const [at, text] of shard.texts.entries()) {
        try {
          await predictions([text]);
        } catch (alone) {
          if (AppError.is(alone, 'engine/crashed')) return { at, reason: 'the engine stops on it' };
          throw alone;
        }
      }
      throw error;
    }
  }
}
