/** What a server says when it does not answer: its status, in words of ours. Its own may quote the text that was sent. */
import * as z from 'zod/mini';
import { AppError } from '../protocol/appError';
import { jsonOrUndefined } from '../protocol/jsonOrUndefined';
import type { Destination } from './chatModel';

/** A server that asks to wait: with how long, in ms, if it said so. */
export class BusyError extends AppError {
  constructor(
    message: string,
    readonly retryAfterMs: number | undefined,
  ) {
    super('chat/busy', message);
  }
}

const errorSchema = z.object({
  error: z.object({ code: z.optional(z.string()), type: z.optional(z.string()) }),
});

/** @param retryAfter the header: seconds or a date */
export function refusal(
  status: number,
  body: string,
  retryAfter: string | null,
  { host, model }: Destination,
): AppError {
  if (status === 429 || status === 503) {
    const waitMs = retryAfterMs(retryAfter, Date.now());
    const wait = waitMs === undefined ? '' : ` and asks to wait ${Math.ceil(waitMs / 1000)} s`;
    return new BusyError(`${host} has too much to do${wait}.`, waitMs);
  }
  const named = serversName(body);
  const reason = named === undefined ? `status ${status}` : `status ${status}, ${named}`;
  if (status === 401 || status === 403) {
    return new AppError('chat/key', `${host} does not take the key (${reason}); set another one.`);
  }
  if (status === 404) {
    return new AppError(
      'chat/not-found',
      `${host} has no model ${model}, or not at this address (${reason}).`,
    );
  }
  if (status >= 300 && status < 400) {
    return new AppError(
      'chat/redirect',
      `${host} sends on to another address (${reason}); give that one, if you trust it.`,
    );
  }
  if (status >= 500) return new AppError('chat/server', `${host} has an error of its own (${reason}).`);
  return new AppError('chat/not-understood', `${host} did not take the question (${reason}).`);
}

/** @returns ms from now, at least 0; undefined when the header says neither seconds nor a date */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\s*\d{1,9}(\.\d+)?\s*$/.test(header) ? Number(header) : undefined;
  const ms = seconds === undefined ? Date.parse(header) - now : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** 'context_length_exceeded', 'model_not_found'. */
function serversName(body: string): string | undefined {
  // Where the body is not in OpenAI's form, the status has to do.
  const { code, type } = errorSchema.safeParse(jsonOrUndefined(body)).data?.error ?? {};
  return [code, type].find((name) => name !== undefined && /^[\w.-]{1,64}$/.test(name));
}
