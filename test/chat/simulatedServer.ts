/** An OpenAI-compatible server on this computer: answers as a simulated model does, does what servers do wrong, and keeps what it was sent. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Skill } from './simulatedModel';
import { simulatedAnswer } from './simulatedModel';

/** What goes wrong with one request. */
export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  | { readonly kind: 'body'; readonly body: string }
  /** Of an answer in the server's form. */
  | { readonly kind: 'content'; readonly content: string; readonly finishReason?: string }
  | { readonly kind: 'silent' }
  /** Headers and half of the body, and then the line goes dead. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'huge'; readonly bytes: number };

export interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: {
    readonly model: string;
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly response_format?: { readonly type: string; readonly json_schema?: { readonly name: string } };
  };
}

export interface SimulatedServerOptions {
  readonly skill: Skill;
  /** The response formats that it takes; all others are a Bad Request. 'ignored': takes all, and holds no answer to any. */
  readonly formats?: readonly string[] | 'ignored';
  /** Before each good answer. */
  readonly delayMs?: number;
}

export class SimulatedServer {
  /** Every request, in the order of arrival. */
  readonly received: Received[] = [];
  /** Taken one by one; a request that finds none is answered well. */
  readonly faults: Fault[] = [];
  /** For every request, as long as it is set; or for those that it picks. */
  always: Fault | ((request: Received) => Fault | undefined) | undefined;
  /** Requests that are being answered, at most. */
  mostAtOnce = 0;
  /** Bytes of a huge answer that left the server. */
  sentBytes = 0;
  /** Also when it has stopped. */
  readonly host: string;
  private atOnce = 0;

  private constructor(
    private readonly server: Server,
    private readonly options: SimulatedServerOptions,
  ) {
    this.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.mostAtOnce = Math.max(this.mostAtOnce, (this.atOnce += 1));
      response.on('close', () => (this.atOnce -= 1));
      this.answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(options: SimulatedServerOptions): Promise<SimulatedServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SimulatedServer(server, options);
  }

  get url(): string {
    return `http://${this.host}/v1`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await textOf(request)) as Received['body'];
    const received = { headers: request.headers, body };
    this.received.push(received);
    const always = typeof this.always === 'function' ? this.always(received) : this.always;
    const fault = always ?? this.faults.shift();
    if (fault) return this.fail(fault, response);
    const { formats = ['json_schema', 'json_object'], skill } = this.options;
    const format = body.response_format?.type;
    if (format !== undefined && formats !== 'ignored' && !formats.includes(format)) {
      return send(response, 400, JSON.stringify({ error: { code: 'unsupported_format' } }));
    }
    const [system, user] = ['system', 'user'].map(
      (role) => body.messages.find((message) => message.role === role)?.content ?? '',
    ) as [string, string];
    await sleep(this.options.delayMs ?? 0);
    const isConstrained = format === 'json_schema' && formats !== 'ignored';
    const content = simulatedAnswer({ model: body.model, system, user, isConstrained }, skill);
    send(response, 200, completion(content, 'stop'));
  }

  private *spaces(bytes: number): Generator<string> {
    const chunk = ' '.repeat(64 * 1024);
    for (; this.sentBytes < bytes; this.sentBytes += chunk.length) yield chunk;
  }

  private async fail(fault: Fault, response: ServerResponse): Promise<void> {
    switch (fault.kind) {
      case 'status':
        return send(response, fault.status, fault.body ?? '', fault.headers);
      case 'body':
        return send(response, 200, fault.body);
      case 'content':
        return send(response, 200, completion(fault.content, fault.finishReason ?? 'stop'));
      case 'silent':
        return;
      case 'cut': {
        const whole = completion('{"label": null}', 'stop');
        response.writeHead(200, { 'content-length': whole.length });
        response.write(whole.slice(0, whole.length / 2), () => response.destroy());
        return;
      }
      case 'huge':
        // Whoever reads leaves before its end.
        return pipeline(this.spaces(fault.bytes), response).catch(() => undefined);
    }
  }
}

function completion(content: string, finish_reason: string): string {
  return JSON.stringify({
    choices: [{ message: { role: 'assistant', content }, finish_reason }],
    usage: { prompt_tokens: 100, completion_tokens: 20 },
  });
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}
