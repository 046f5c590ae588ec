import { appendFile, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { Inquiry, type AgentCaller } from '../../../extension/engine/committee/inquiry';
import { AppError } from '../../../extension/protocol/appError';
import type { OutsideAgent, Proposal } from '../../../extension/protocol/committeeApi';

const context = { labels: ['a', 'b'], descriptions: {}, examples: [] };
const questions = Array.from({ length: 10 }, (_, number) => ({ number, text: `text ${number}`, context }));
const oracle: OutsideAgent = { name: 'oracle', roles: ['propose'], concurrency: 3, budget: 100 };
const right: Proposal = { label: 'a', confidence: 0.9, evidence: 'known' };
const never = new AbortController().signal;

let file: string;
let asked: string[];
beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'inquiry-')), 'answers.jsonl');
  asked = [];
});

/** Answers as `answer` says, a turn of the event loop later. */
function answering(answer: (text: string) => unknown): AgentCaller {
  return {
    request: async (_, { text }) => {
      asked.push(text);
      await new Promise(setImmediate);
      return answer(text) as never;
    },
  };
}

async function ask(caller: AgentCaller, agent = oracle, most = 100, signal = never) {
  const inquiry = await Inquiry.open('run', caller, file);
  try {
    const answers = await inquiry.ask('propose', agent, questions, most, signal);
    return { answers, stopped: inquiry.stopped };
  } finally {
    await inquiry.close();
  }
}

it('asks nothing twice', async () => {
  const caller = answering(() => right);
  const first = await ask(caller);
  expect(first.answers.size).toBe(10);
  expect(first.answers.get(3)).toEqual(right);
  expect(await ask(caller)).toEqual(first);
  expect(asked).toHaveLength(10);
});

it('goes on after a line that was cut off', async () => {
  await ask(
    answering(() => right),
    oracle,
    4,
  );
  await appendFile(file, '{"agent":"oracle","ke');
  await ask(answering(() => right));
  await ask(answering(() => right));
  expect(asked).toHaveLength(10);
  expect((await readFile(file, 'utf8')).split('\n').filter((line) => line.endsWith('}'))).toHaveLength(10);
});

it('asks so many at once', async () => {
  let open = 0;
  let most = 0;
  await ask({
    request: async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 5));
      open -= 1;
      return right as never;
    },
  });
  expect(most).toBe(3);
});

it('keeps to its budget, what was spent before included', async () => {
  const agent = { ...oracle, budget: 6 };
  const caller = answering(() => right);
  expect((await ask(caller, agent, 4)).answers.size).toBe(4);
  expect((await ask(caller, agent)).answers.size).toBe(6);
  expect((await ask(caller, agent)).answers.size).toBe(6);
  expect(asked).toHaveLength(6);
});

it('asks again where there was no answer, and goes on with the others', async () => {
  let failing = true;
  const caller = answering((text) => {
    if (failing && text === 'text 2') throw new AppError('agent/failed', 'Cut off.');
    return right;
  });
  const first = await ask(caller);
  expect(first.answers.has(2)).toBe(false);
  expect(first.answers.size).toBe(9);
  expect(first.stopped).toEqual([]);
  failing = false;
  expect((await ask(caller)).answers.size).toBe(10);
  expect(asked).toHaveLength(11);
});

it('asks an agent that has stopped nothing more, and says why', async () => {
  const { answers, stopped } = await ask(
    answering(() => {
      throw new AppError('agent/stopped', 'The budget is spent.');
    }),
  );
  expect(answers.size).toBe(0);
  expect(stopped).toEqual([{ agent: 'oracle', reason: 'The budget is spent.' }]);
  expect(asked.length).toBeLessThanOrEqual(oracle.concurrency);
});

it.each([
  ['a label that is none', { ...right, label: 'politics' }],
  ['no label at all', { confidence: 1 }],
])('takes %s for no answer', async (_, said) => {
  expect((await ask(answering(() => said))).answers.size).toBe(0);
});

it('bounds what it keeps of an answer', async () => {
  const said = { label: null, confidence: 7, evidence: 'x'.repeat(10_000), scores: [2, -1] };
  const { answers } = await ask(answering(() => said));
  expect(answers.get(0)).toEqual({ label: null, confidence: 1, evidence: 'x'.repeat(2000) });
});

it('ends when it is cancelled, and keeps what was answered', async () => {
  const stop = new AbortController();
  const caller = answering((text) => {
    if (text === 'text 4') stop.abort();
    return right;
  });
  await expect(ask(caller, oracle, 100, stop.signal)).rejects.toThrow('Cancelled');
  const before = asked.length;
  expect((await ask(caller)).answers.size).toBe(10);
  expect(asked.length - before).toBeLessThan(7);
});
