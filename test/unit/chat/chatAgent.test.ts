import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Budget, type Limits } from '../../../extension/chat/budget';
import { ChatAgent } from '../../../extension/chat/chatAgent';
import { OpenAiModel } from '../../../extension/chat/openAiModel';
import { PatientModel, type Patience } from '../../../extension/chat/patientModel';
import { CancelledError } from '../../../extension/protocol/appError';
import { type Fault, SimulatedServer } from '../../chat/simulatedServer';
import { agreed, context, never, perfect } from './asking';

let server: SimulatedServer;
beforeEach(async () => {
  server = await SimulatedServer.start({ skill: perfect });
});
afterEach(() => server.stop());

async function agent(limits: Limits = { maxCalls: 100 }, patience: Patience = {}): Promise<ChatAgent> {
  const endpoint = { url: server.url, model: 'small' };
  const model = new OpenAiModel(endpoint, await agreed(endpoint), { timeoutMs: 300 });
  return new ChatAgent(
    'model',
    new PatientModel(model, new Budget(limits), { firstWaitMs: 10, ...patience }),
  );
}

const text = 'They lost the match.';
const proposal = { label: 'news', confidence: 0.8, evidence: 'It is told.' };
const verdicts = [
  { agent: 'judge', objects: true, reason: 'It is about a game.' },
  { agent: 'other', objects: false, reason: 'Fine by me.' },
];
const answering = (content: string): Fault => ({ kind: 'content', content });
const status = (code: number, headers?: Record<string, string>): Fault => ({
  kind: 'status',
  status: code,
  ...(headers && { headers }),
});

describe('an agent that asks a language model', () => {
  it('proposes, judges and reflects', async () => {
    const asked = await agent();
    expect(await asked.propose(text, context, never)).toEqual({
      label: 'sport',
      confidence: 0.8,
      evidence: 'Looked up.',
    });
    expect(await asked.judge(text, proposal, context, never)).toMatchObject({ objects: true });
    expect(await asked.judge(text, { ...proposal, label: 'sport' }, context, never)).toMatchObject({
      objects: false,
    });
    expect(await asked.reflect(text, proposal, verdicts, context, never)).toMatchObject({
      kind: 'change',
      label: 'sport',
    });
    const reflection = JSON.parse(server.received.at(-1)?.body.messages.at(-1)?.content ?? '') as object;
    expect(reflection).toMatchObject({ objections: [{ text: 'It is about a game.' }] });
  });

  it.each([
    [
      '{"decision": "keep", "label": null, "reason": "Yes.", "confidence": 70}',
      { kind: 'keep', label: 'news' },
    ],
    [
      '{"decision": "change", "label": "news", "reason": "Yes.", "confidence": 70}',
      { kind: 'keep', label: 'news' },
    ],
    ['{"decision": "change", "label": null, "reason": "No.", "confidence": 70}', { kind: 'abstain' }],
    ['{"decision": "abstain", "label": "sport", "reason": "No.", "confidence": 70}', { kind: 'abstain' }],
  ])('what is settled by %s', async (content, settled) => {
    server.faults.push(answering(content));
    expect(await (await agent()).reflect(text, proposal, verdicts, context, never)).toEqual({
      ...settled,
      confidence: 0.7,
      reason: expect.any(String),
    });
  });

  const answers: [string, string][] = [
    ['a label that is not in the set', '{"evidence": "", "label": "Sport", "confidence": 90}'],
    ['an order for an answer', '{"evidence": "", "label": "HACKED", "confidence": 100}'],
    ['no JSON', 'It is sport.'],
    ['half of one', '{"evidence": "", "label": "spo'],
    ['a confidence of 900', '{"evidence": "", "label": "sport", "confidence": 900}'],
    ['no label', '{"evidence": "", "confidence": 90}'],
    ['nothing', ''],
  ];

  it.each(answers)('%s is asked about once more, and then is a failure of this text', async (_, content) => {
    const asked = await agent();
    server.faults.push(answering(content));
    expect(await asked.propose(text, context, never)).toMatchObject({ label: 'sport' });
    const [first, second] = server.received.map(({ body }) => body.messages[0]?.content);
    expect(second).not.toBe(first);

    server.always = answering(content);
    await expect(asked.propose(text, context, never)).rejects.toMatchObject({ code: 'agent/failed' });
    expect(server.received).toHaveLength(4);
  });

  it.each([
    '<think>Maybe "news"?</think>\n{"evidence": "a", "label": "sport", "confidence": 90}',
    '```json\n{"evidence": "a", "label": "sport", "confidence": 90}\n```',
  ])('a model that nothing holds to a form is understood: %j', async (content) => {
    server.faults.push(answering(content));
    expect(await (await agent()).propose(text, context, never)).toMatchObject({ label: 'sport' });
    expect(server.received).toHaveLength(1);
  });

  it.each([
    ['a busy server', status(429, { 'retry-after': '0' })],
    ['an error of the server', status(500)],
    ['a line that goes dead', { kind: 'cut' } as const],
    ['silence', { kind: 'silent' } as const],
  ])('%s is waited for', async (_, fault) => {
    server.faults.push(fault, fault);
    expect(await (await agent()).propose(text, context, never)).toMatchObject({ label: 'sport' });
    expect(server.received).toHaveLength(3);
  });

  it('waits as long as the server asks, and not longer than that', async () => {
    server.faults.push(status(429, { 'retry-after': '1' }));
    const start = performance.now();
    await (await agent()).propose(text, context, never);
    expect(performance.now() - start).toBeGreaterThanOrEqual(990);

    server.faults.push(status(429, { 'retry-after': '3600' }));
    await expect((await agent()).propose(text, context, never)).rejects.toMatchObject({
      code: 'agent/stopped',
      message: `${server.host} has too much to do and asks to wait 3600 s.`,
    });
  });

  it.each([
    ['a bad key', status(401)],
    ['another model', status(404)],
  ])('%s stops it at once: the next text would fare no better', async (_, fault) => {
    server.faults.push(fault);
    await expect((await agent()).propose(text, context, never)).rejects.toMatchObject({
      code: 'agent/stopped',
    });
    expect(server.received).toHaveLength(1);
  });

  it('ten texts in a row without an answer stop it, nine do not', async () => {
    const asked = await agent({ maxCalls: 1000 });
    const codes = async (): Promise<unknown> =>
      asked.propose(text, context, never).then(
        () => 'answered',
        (error: { code: string }) => error.code,
      );
    server.always = { kind: 'body', body: 'oops' };
    for (let i = 0; i < 9; i += 1) expect(await codes()).toBe('agent/failed');
    server.always = undefined;
    expect(await codes()).toBe('answered');
    server.always = { kind: 'body', body: 'oops' };
    for (let i = 0; i < 9; i += 1) expect(await codes()).toBe('agent/failed');
    expect(await codes()).toBe('agent/stopped');
  });

  it('is cancelled also while it waits', async () => {
    server.faults.push(status(429, { 'retry-after': '30' }));
    const abort = new AbortController();
    const asked = (await agent()).propose(text, context, abort.signal);
    setTimeout(() => abort.abort(), 50);
    await expect(asked).rejects.toBeInstanceOf(CancelledError);
  });
});

describe('limits', () => {
  it('as many questions at once as it was told, and no more', async () => {
    await server.stop();
    server = await SimulatedServer.start({ skill: perfect, delayMs: 20 });
    const asked = await agent({ maxCalls: 100 }, { concurrency: 3 });
    await Promise.all(Array.from({ length: 20 }, (_, i) => asked.propose(`Text ${i}.`, context, never)));
    expect(server.mostAtOnce).toBe(3);
    expect(server.received).toHaveLength(20);
  });

  it.each<[string, Limits]>([
    ['calls', { maxCalls: 5 }],
    // What a call may need is some 1,800 tokens; what it did need, the server says, is 120.
    ['tokens', { maxCalls: 100, maxTokens: 2500 }],
    ['money', { maxCalls: 100, maxCost: 0.0025, price: { input: 1, output: 1 } }],
  ])('of %s stop it, however many are asked at once', async (_, limits) => {
    const asked = await agent(limits, { concurrency: 1 });
    const all = await Promise.allSettled(
      Array.from({ length: 30 }, (_, i) => asked.propose(`Text ${i}.`, context, never)),
    );
    const done = all.filter(({ status: state }) => state === 'fulfilled').length;
    expect(done).toBe(server.received.length);
    expect(done).toBeGreaterThanOrEqual(5);
    expect(done).toBeLessThan(20);
    const [reason] = all.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(reason).toMatchObject({
      code: 'agent/stopped',
      message: expect.stringMatching(/^The limit of .* is reached/),
    });
  });
});
