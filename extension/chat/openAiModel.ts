/**
 * Any server that speaks OpenAI's chat completions: Ollama, llama.cpp's, vLLM, LM Studio, or a provider. One question is one
 * request; whoever wants to wait and ask again does so around it (`PatientModel`).
 */
import * as z from 'zod/mini';
import { AppError, CancelledError, messageOf } from '../protocol/appError';
import { jsonOrUndefined } from '../protocol/jsonOrUndefined';
import { boundedBody } from './boundedBody';
import type { ChatAnswer, ChatModel, ChatQuestion, Destination } from './chatModel';
import type { Consent } from './consent';
import { checkedKey, completionsUrl, destinationOf, type Endpoint } from './endpoint';
import { refusal } from './refusal';

export interface OpenAiOptions {
  /** From the question to the end of its answer. Two minutes by default: a model that is loaded first takes its time. */
  readonly timeoutMs?: number;
  /** Of an answer; 256 kB by default. */
  readonly maxBytes?: number;
}

/** How an answer is held to its form, from the strictest: servers that do not know one get the next. */
const forms = [
  ({ name, schema }: ChatQuestion['form']) => ({
    response_format: { type: 'json_schema', json_schema: { name, strict: true, schema } },
  }),
  () => ({ response_format: { type: 'json_object' } }),
  () => ({}),
];

/** The budget adds it up: a server cannot take back what was spent. */
const tokenCount = z.number().check(z.minimum(0));

const completionSchema = z.object({
  choices: z.array(
    z.object({
      message: z.object({ content: z.nullish(z.string()) }),
      finish_reason: z.nullish(z.string()),
    }),
  ),
  usage: z.nullish(z.object({ prompt_tokens: tokenCount, completion_tokens: tokenCount })),
});

export class OpenAiModel implements ChatModel {
  readonly destination: Destination;
  private readonly url: URL;
  private readonly headers: Record<string, string>;
  private readonly timeoutMs: number;
  private readonly maxBytes: number;
  /** Of `forms`, the first that this server took. */
  private strictest = 0;

  /** @throws AppError('chat/endpoint' | 'chat/key' | 'chat/no-consent') */
  constructor(endpoint: Endpoint, consent: Consent, options: OpenAiOptions = {}) {
    this.destination = destinationOf(endpoint);
    consent.mustCover(this.destination);
    this.url = completionsUrl(endpoint);
    this.headers = {
      'content-type': 'application/json',
      ...(endpoint.key !== undefined && { authorization: `Bearer ${checkedKey(endpoint.key)}` }),
    };
    this.timeoutMs = options.timeoutMs ?? 120_000;
    this.maxBytes = options.maxBytes ?? 256 * 1024;
  }

  async ask(question: ChatQuestion, signal: AbortSignal): Promise<ChatAnswer> {
    for (let level = this.strictest; ; level += 1) {
      const response = await this.request(question, level, signal);
      // Only a form that was understood is kept: the question may have been refused for another reason.
      if (isUnknownForm(response.status) && level + 1 < forms.length) continue;
      if (response.status !== 200)
        throw refusal(response.status, response.body, response.retryAfter, this.destination);
      this.strictest = level;
      return this.answerIn(response.body);
    }
  }

  private async request(question: ChatQuestion, level: number, signal: AbortSignal): Promise<Reply> {
    CancelledError.throwIf(signal);
    const { system, user, form } = question;
    const body = {
      model: this.destination.model,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: user },
      ],
      max_tokens: form.maxTokens,
      temperature: 0,
      ...forms[level]?.(form),
    };
    const timeout = AbortSignal.timeout(this.timeoutMs);
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: this.headers,
        body: JSON.stringify(body),
        redirect: 'manual', // the person agreed to this host and to no other
        signal: AbortSignal.any([signal, timeout]),
      });
      const { status, headers } = response;
      return {
        status,
        body: await boundedBody(response, this.maxBytes, this.destination.host),
        retryAfter: headers.get('retry-after'),
      };
    } catch (error) {
      if (AppError.is(error)) throw error;
      CancelledError.throwIf(signal);
      throw this.failure(error, timeout.aborted);
    }
  }

  private failure(error: unknown, tookTooLong: boolean): AppError {
    const { host } = this.destination;
    const options = { cause: error };
    if (tookTooLong || codeOf(error) === 'UND_ERR_HEADERS_TIMEOUT') {
      const seconds = Math.round(this.timeoutMs / 1000);
      return new AppError('chat/slow', `${host} did not answer within ${seconds} s.`, options);
    }
    const code = codeOf(error);
    if (code === 'ECONNREFUSED') {
      return new AppError('chat/refused', `Nothing answers at ${host}; is the server started?`, options);
    }
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
      return new AppError('chat/refused', `${host} is not known; is there a network?`, options);
    }
    const why = code ?? messageOf(error);
    return new AppError(
      'chat/cut',
      `The connection to ${host} ended before the answer did (${why}).`,
      options,
    );
  }

  private answerIn(body: string): ChatAnswer {
    const { host } = this.destination;
    const completion = completionSchema.safeParse(jsonOrUndefined(body)).data;
    const [choice] = completion?.choices ?? [];
    if (completion === undefined || choice === undefined) {
      throw new AppError(
        'chat/malformed',
        `${host} answered with something that is no chat completion; is the address right?`,
      );
    }
    if (choice.finish_reason === 'length') {
      throw new AppError(
        'chat/cut-short',
        `${host} cut the answer short; ask for less evidence or use another model.`,
      );
    }
    const { usage } = completion;
    return {
      text: choice.message.content ?? '',
      ...(usage && { usage: { input: usage.prompt_tokens, output: usage.completion_tokens } }),
    };
  }
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
}

/** What servers say to a field that they do not know: Bad Request, Unprocessable Content, Not Implemented. */
function isUnknownForm(status: number): boolean {
  return status === 400 || status === 422 || status === 501;
}

/** Node's `fetch` puts what happened into the cause of its own error. */
function codeOf(error: unknown): string | undefined {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const [first] = cause instanceof AggregateError ? (cause.errors as unknown[]) : [cause];
  return first instanceof Error && 'code' in first ? String(first.code) : undefined;
}
