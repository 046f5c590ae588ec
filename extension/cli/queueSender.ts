/** `nanonet classify --queue`: texts to workers, and answers back in the order of the texts, each once. */
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError, CancelledError } from '../protocol/appError';
import { jsonOrUndefined } from '../protocol/jsonOrUndefined';
import { toldPlace } from './answerFile';
import { answersFrom, type Answer } from './answering';
import { count } from './figures';
import { inOrder } from './inOrder';
import { unlessStopped, type ShardQueue } from './queueConnection';
import { attempts, shardAnswerSchema, shardId, type ShardAnswer } from './queueShards';
import { excerpt } from './rows';
import type { PlacedText } from './texts';

/** Redis is asked about a shard: soon at first, then seldom. */
const [firstPauseMs, longestPauseMs] = [10, 100];
const [firstWordMs, sayEveryMs] = [3_000, 10_000];
/** So long a command that stops waits for what workers are at. */
const takeBackMs = 5_000;

/** What BullMQ's `isFinished` says. */
const [done, failed, missing] = [1, 2, -1];

export interface SenderOptions {
  /** Digest. */
  readonly model: string;
  /** The call that starts a worker for these texts. */
  readonly worker: string;
  /** Shards on their way at most: memory here and in Redis. */
  readonly inFlight: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export class QueueSender {
  /** Sent, and neither answered nor taken back. */
  private readonly shards = new Set<string>();
  /** One shard that fails ends the work on the others. */
  private readonly ended = new AbortController();
  private readonly signal: AbortSignal;
  private removal: Promise<unknown> = Promise.resolve();
  private answered = 0;
  private sayAt = performance.now() + firstWordMs;
  /** It was said that there is no worker. */
  private alone = false;

  constructor(
    private readonly queue: ShardQueue,
    private readonly options: SenderOptions,
  ) {
    this.signal = AbortSignal.any([options.signal, this.ended.signal]);
    setMaxListeners(0, this.signal); // one a shard
  }

  /** What it sent is out of the queue when it ends, however it does. @throws AppError('cli/shard'); CancelledError */
  async *answers(batches: AsyncIterable<readonly PlacedText[]>): AsyncGenerator<Answer[]> {
    try {
      yield* inOrder(batches, (batch) => this.answersTo(batch), this.options.inFlight);
    } catch (error) {
      CancelledError.throwIf(this.options.signal); // what is closed then, as standard input, is no failure
      throw error;
    } finally {
      this.ended.abort();
      await this.takeBack();
    }
  }

  private async answersTo(batch: readonly PlacedText[]): Promise<Answer[]> {
    const texts = batch.map(({ text }) => text);
    const id = shardId(texts);
    const answer = await this.answerTo(id, texts, batch);
    this.shards.delete(id);
    // Before anything is written: a shard that is answered twice costs less than one that nobody fetches.
    this.removal = this.queue.remove(id).catch(() => undefined);
    this.answered += batch.length;
    return answersIn(answer, batch);
  }

  private async answerTo(id: string, texts: string[], batch: readonly PlacedText[]): Promise<unknown> {
    const data = { model: this.options.model, texts };
    const send = async (): Promise<void> => {
      this.shards.add(id);
      await this.orStop(() => this.queue.add('classify', data, { jobId: id }));
    };
    await send(); // nothing happens when an earlier command has sent it
    let isAgain = false;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const finished = await this.orStop(() => this.queue.getBackend().isFinished(id, true));
      const [state, value] = typeof finished === 'number' ? [finished, ''] : finished;
      if (state === done) return jsonOrUndefined(value);
      // Redis was started again without its last moments, or another text like this one was answered.
      if (state === missing) await send();
      if (state === failed) {
        if (isAgain) throw shardError(batch, excerpt(value));
        isAgain = true; // an earlier command may have left it so
        await this.orStop(() => this.queue.remove(id));
        await send();
      }
      await this.tell();
      await this.orStop(() => pause(pauseMs));
    }
  }

  private async tell(): Promise<void> {
    if (performance.now() < this.sayAt) return;
    this.sayAt = performance.now() + sayEveryMs;
    const workers = await this.orStop(() => this.queue.getWorkersCount());
    const { model, worker, say } = this.options;
    // Once: nothing changes while nobody works.
    if (workers === 0 && this.alone) return;
    this.alone = workers === 0;
    say(
      this.alone
        ? `No worker takes texts for model ${model.slice(0, 12)}: start one with \`${worker}\` and the same model.`
        : `${count(this.answered, 'text')} answered, ${count(this.shards.size, 'shard')} on the way, ${count(workers, 'worker')}.`,
    );
  }

  private async takeBack(): Promise<void> {
    const deadline = AbortSignal.timeout(takeBackMs);
    let left = [...this.shards];
    try {
      await unlessStopped(deadline, () => this.removal);
      while (left.length > 0) {
        const removed = await unlessStopped(deadline, () =>
          Promise.all(left.map((id) => this.queue.remove(id))),
        );
        left = left.filter((_, i) => removed[i] === 0); // a worker is at it
        if (left.length > 0) await unlessStopped(deadline, () => pause(longestPauseMs));
      }
    } catch {
      this.options.say(
        `${count(left.length, 'shard')} stayed in the queue; workers remove what nobody fetches.`,
      );
    }
  }

  private orStop<T>(work: () => Promise<T>): Promise<T> {
    return unlessStopped(this.signal, work);
  }
}

/** What comes from a queue is looked at before it is believed. @throws AppError('cli/shard') */
function answersIn(value: unknown, batch: readonly PlacedText[]): Answer[] {
  const answer: ShardAnswer | undefined = shardAnswerSchema.safeParse(value).data;
  if (answer && 'at' in answer) {
    const at = batch[answer.at];
    if (at)
      throw new AppError(
        'cli/shard',
        `${toldPlace(at.place)}: no worker can read this text (${excerpt(answer.reason)}); leave it out.`,
      );
  } else if (answer?.predictions.length === batch.length) return answersFrom(batch, answer.predictions);
  throw shardError(batch, 'the answer is of no form that this version of NanoNet knows');
}

function shardError(batch: readonly PlacedText[], reason: string): AppError {
  const [first, last] = [batch[0], batch.at(-1)].map((text) => toldPlace(text?.place ?? {}));
  return new AppError(
    'cli/shard',
    `${first} to ${last}: workers tried ${attempts} times and could not answer (${reason}).`,
  );
}
