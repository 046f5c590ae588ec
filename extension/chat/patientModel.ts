/** A model that waits where it is asked to, tries again what may pass, keeps to the budget, and asks few things at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { AppError, CancelledError } from '../protocol/appError';
import { type Budget, largestUsage } from './budget';
import type { ChatAnswer, ChatModel, ChatQuestion, Destination } from './chatModel';
import { BusyError } from './refusal';

export interface Patience {
  /** Questions under way at the same time; 4 by default. */
  readonly concurrency?: number;
  /** How often a question is asked at most, the first time included; 4 by default. */
  readonly attempts?: number;
  /** A server that asks to wait for longer is left for now; a minute by default. */
  readonly maxWaitMs?: number;
  /** Before the second attempt, when the server does not say how long; doubles with each. A second by default. */
  readonly firstWaitMs?: number;
}

/** What may be over in a moment. */
const passing = ['chat/busy', 'chat/cut', 'chat/slow', 'chat/server'] as const;

export class PatientModel implements ChatModel {
  readonly destination: Destination;
  private readonly limit: ReturnType<typeof pLimit>;
  private readonly patience: Required<Patience>;

  constructor(
    private readonly model: ChatModel,
    private readonly budget: Budget,
    patience: Patience = {},
  ) {
    this.destination = model.destination;
    this.patience = { concurrency: 4, attempts: 4, maxWaitMs: 60_000, firstWaitMs: 1000, ...patience };
    this.limit = pLimit(this.patience.concurrency);
  }

  ask(question: ChatQuestion, signal: AbortSignal): Promise<ChatAnswer> {
    // A question that waits keeps its place: a server that is busy is asked less, not more.
    return this.limit(() => this.askPatiently(question, signal));
  }

  private async askPatiently(question: ChatQuestion, signal: AbortSignal): Promise<ChatAnswer> {
    const { attempts, firstWaitMs, maxWaitMs } = this.patience;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.askOnce(question, signal);
      } catch (error) {
        if (!passing.some((code) => AppError.is(error, code)) || attempt === attempts) throw error;
        const waitMs =
          (error instanceof BusyError ? error.retryAfterMs : undefined) ?? firstWaitMs * 2 ** (attempt - 1);
        if (waitMs > maxWaitMs) throw error;
        await sleep(waitMs, undefined, { signal }).catch(() => undefined); // the next line says why
        CancelledError.throwIf(signal);
      }
    }
  }

  private async askOnce(question: ChatQuestion, signal: AbortSignal): Promise<ChatAnswer> {
    CancelledError.throwIf(signal);
    const settle = this.budget.take(largestUsage(question));
    let answer: ChatAnswer | undefined;
    try {
      answer = await this.model.ask(question, signal);
      return answer;
    } finally {
      settle(answer?.usage);
    }
  }
}
