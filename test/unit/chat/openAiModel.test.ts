import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { proposalIn } from '../../../extension/chat/answers';
import { OpenAiModel, type OpenAiOptions } from '../../../extension/chat/openAiModel';
import { CancelledError } from '../../../extension/protocol/appError';
import { type Fault, SimulatedServer, type SimulatedServerOptions } from '../../chat/simulatedServer';
import { agreed, context, never, perfect, question } from './asking';

let server: SimulatedServer;
afterEach(() => server.stop());

async function start(options: Partial<SimulatedServerOptions> = {}): Promise<void> {
  server = await SimulatedServer.start({ skill: perfect, ...options });
}

async function model(options?: OpenAiOptions, key?: string): Promise<OpenAiModel> {
  const endpoint = { url: server.url, model: 'small', ...(key !== undefined && { key }) };
  return new OpenAiModel(endpoint, await agreed(endpoint), options);
}

describe('a question', () => {
  it('is one request, answered in its form, with what it cost', async () => {
    await start();
    const answer = await (await model({}, 'secret-key')).ask(question, never);
    expect(proposalIn(answer.text, context.labels)).toMatchObject({ label: 'sport', confidence: 0.8 });
    expect(answer.usage).toEqual({ input: 100, output: 20 });
    expect(server.received).toHaveLength(1);
    const [{ headers, body } = expect.fail()] = server.received;
    expect(headers.authorization).toBe('Bearer secret-key');
    expect(body.model).toBe('small');
    expect(body.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { name: 'proposal', schema: { properties: { label: { enum: ['news', 'sport', null] } } } },
    });
  });

  it.each([
    [['json_object'], ['json_schema', 'json_object', 'json_object']],
    [[], ['json_schema', 'json_object', undefined, undefined]],
  ])(
    'is asked without the schema by a server that takes %j, and that is remembered',
    async (formats, asked) => {
      await start({ formats });
      const asking = await model();
      for (let i = 0; i < 2; i += 1) {
        const { text } = await asking.ask(question, never);
        expect(proposalIn(text, context.labels).label).toBe('sport');
      }
      expect(server.received.map(({ body }) => body.response_format?.type)).toEqual(asked);
    },
  );

  it('that is refused for another reason leaves the form as it was', async () => {
    await start();
    const asking = await model();
    server.always = { kind: 'status', status: 400, body: '{"error": {"code": "context_length_exceeded"}}' };
    await expect(asking.ask(question, never)).rejects.toMatchObject({
      code: 'chat/not-understood',
      message: `${server.host} did not take the question (status 400, context_length_exceeded).`,
    });
    server.always = undefined;
    await asking.ask(question, never);
    expect(server.received.at(-1)?.body.response_format?.type).toBe('json_schema');
  });
});

describe('what goes wrong', () => {
  const quotes = '{"error": {"message": "They lost the match.", "code": "They lost the match."}}';
  const faults: [string, Fault, string, RegExp][] = [
    [
      '429',
      { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
      'chat/busy',
      /asks to wait 7 s/,
    ],
    [
      'a bad key',
      { kind: 'status', status: 401, body: quotes },
      'chat/key',
      /does not take the key \(status 401\)/,
    ],
    ['no such model', { kind: 'status', status: 404 }, 'chat/not-found', /has no model small/],
    [
      'an error',
      { kind: 'status', status: 500, body: quotes },
      'chat/server',
      /has an error of its own \(status 500\)/,
    ],
    [
      'another address',
      { kind: 'status', status: 307, headers: { location: 'http://127.0.0.1:9/' } },
      'chat/redirect',
      /sends on/,
    ],
    ['a web page', { kind: 'body', body: '<html>' }, 'chat/malformed', /no chat completion/],
    ['another form', { kind: 'body', body: '{"choices": []}' }, 'chat/malformed', /no chat completion/],
    ['cut in the middle', { kind: 'cut' }, 'chat/cut', /ended before the answer did/],
    [
      'tokens below zero',
      {
        kind: 'body',
        body: '{"choices": [{"message": {}}], "usage": {"prompt_tokens": -9e9, "completion_tokens": 0}}',
      },
      'chat/malformed',
      /no chat completion/,
    ],
    [
      'cut short',
      { kind: 'content', content: '{"la', finishReason: 'length' },
      'chat/cut-short',
      /cut the answer short/,
    ],
    ['silence', { kind: 'silent' }, 'chat/slow', /did not answer within 1 s/],
    ['10 MB', { kind: 'huge', bytes: 10e6 }, 'chat/too-large', /more than 256 kB/],
  ];

  it.each(faults)(
    '%s is told in one sentence, with nothing of the text in it',
    async (_, fault, code, words) => {
      await start();
      server.faults.push(fault);
      const error: unknown = await (
        await model({ timeoutMs: 1000 })
      )
        .ask(question, never)
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'AppError', code, message: expect.stringMatching(words) });
      expect(String(error)).not.toContain('match');
    },
  );

  it('10 MB are not read to their end', async () => {
    await start();
    server.faults.push({ kind: 'huge', bytes: 100e6 });
    await expect((await model()).ask(question, never)).rejects.toMatchObject({ code: 'chat/too-large' });
    // What the system's own buffers take is more than what was read.
    await expect.poll(() => server.sentBytes, { timeout: 2000 }).toBeLessThan(20e6);
  });

  it('a server that sends on gets no text to the other host', async () => {
    await start();
    const other = createServer((_, response) => response.end());
    const requests: unknown[] = [];
    other.on('request', (request) => requests.push(request));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/v1/chat/completions`;
    server.faults.push({ kind: 'status', status: 308, headers: { location } });
    await expect((await model()).ask(question, never)).rejects.toMatchObject({ code: 'chat/redirect' });
    other.close();
    expect(requests).toEqual([]);
  });

  it('nothing that listens, and no such host', async () => {
    await start();
    const endpoint = { url: server.url, model: 'small' };
    const asking = new OpenAiModel(endpoint, await agreed(endpoint));
    await server.stop();
    await expect(asking.ask(question, never)).rejects.toMatchObject({
      code: 'chat/refused',
      message: expect.stringMatching(/^Nothing answers at 127\.0\.0\.1:\d+; is the server started\?$/),
    });
    const nowhere = { url: 'http://nowhere.invalid/v1', model: 'small' };
    await expect(new OpenAiModel(nowhere, await agreed(nowhere)).ask(question, never)).rejects.toMatchObject({
      code: 'chat/refused',
    });
    await start();
  });

  it('a person who does not want to wait', async () => {
    await start();
    server.faults.push({ kind: 'silent' });
    const abort = new AbortController();
    const asked = (await model()).ask(question, abort.signal);
    setTimeout(() => abort.abort(), 50);
    await expect(asked).rejects.toBeInstanceOf(CancelledError);
  });
});
