/** How far the committee may go: calls, tokens, money. What a call may need is set aside before it is made. */
import { AppError } from '../protocol/appError';
import type { ChatQuestion, TokenUsage } from './chatModel';

export interface Limits {
  readonly maxCalls: number;
  readonly maxTokens?: number;
  /** In the currency of the price; needs one. */
  readonly maxCost?: number;
  readonly price?: Price;
}

/** Of a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

/** What was used so far. */
export interface Spent {
  readonly calls: number;
  readonly tokens: TokenUsage;
  readonly cost: number;
}

/** An upper estimate: 4 letters of English are a token to most models, and a token is at least 3 bytes of most scripts. */
export function estimatedTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3);
}

/** What a question may use at most: its estimate, and the longest answer. */
export function largestUsage({ system, user, form }: ChatQuestion): TokenUsage {
  const input =
    estimatedTokens(system) + estimatedTokens(user) + estimatedTokens(JSON.stringify(form.schema));
  return { input, output: form.maxTokens };
}

export function costOf({ input, output }: TokenUsage, price: Price | undefined): number {
  return price === undefined ? 0 : (input * price.input + output * price.output) / 1e6;
}

/**
 * Shared by all that is asked in one piece of work. Calls that are under way count with the most that they may need, so
 * that none of them together go beyond a limit.
 */
export class Budget {
  private calls = 0;
  private used: TokenUsage = { input: 0, output: 0 };
  private setAside: TokenUsage = { input: 0, output: 0 };

  /** @throws AppError('chat/price') when money is limited and nothing is said of the price */
  constructor(private readonly limits: Limits) {
    if (limits.maxCost !== undefined && limits.price === undefined) {
      throw new AppError('chat/price', 'To end at a sum of money, say what a million tokens cost.');
    }
  }

  get spent(): Spent {
    return { calls: this.calls, tokens: this.used, cost: costOf(this.used, this.limits.price) };
  }

  /**
   * Sets aside what a call may need.
   *
   * @returns to be called once with what it did need; undefined when nobody knows, and then it is what was set aside
   * @throws AppError('chat/budget') when a limit would be passed
   */
  take(most: TokenUsage): (actual: TokenUsage | undefined) => void {
    const { maxCalls, maxTokens, maxCost, price } = this.limits;
    const then = sum(sum(this.used, this.setAside), most);
    if (this.calls + 1 > maxCalls) throw ended(`${maxCalls.toLocaleString('en')} calls`);
    if (maxTokens !== undefined && then.input + then.output > maxTokens) {
      throw ended(`${maxTokens.toLocaleString('en')} tokens`);
    }
    if (maxCost !== undefined && costOf(then, price) > maxCost) throw ended(`${maxCost} in money`);
    this.calls += 1;
    this.setAside = sum(this.setAside, most);
    return (actual) => {
      this.setAside = sum(this.setAside, { input: -most.input, output: -most.output });
      this.used = sum(this.used, actual ?? most);
    };
  }
}

function sum(a: TokenUsage, b: TokenUsage): TokenUsage {
  return { input: a.input + b.input, output: a.output + b.output };
}

function ended(limit: string): AppError {
  return new AppError(
    'chat/budget',
    `The limit of ${limit} is reached; what was answered is kept, and a higher limit goes on from there.`,
  );
}
