/**
 * A committee of language models, simulated at a known skill: what its parts make of that skill, of an endpoint's faults, of a person who
 * has not agreed, and of texts that give orders. It says nothing about how good a real model is.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Discussion } from '../../../extension/chat/discussion';
import { chatMembers } from '../../../extension/cli/chatAgents';
import type { Terminal } from '../../../extension/cli/terminal';
import { AppError, CancelledError } from '../../../extension/protocol/appError';
import type { AgentContext } from '../../../extension/protocol/committeeApi';
import { discussAll, membersAt, simulatedCommittee } from '../../chat/committee';
import { injected, type Skill } from '../../chat/simulatedModel';
import { type Fault, SimulatedServer } from '../../chat/simulatedServer';
import type { Measured } from '../framework';
import { readRows } from './benchmarkSets';
import { percent } from './figures';

interface Task {
  readonly texts: readonly string[];
  readonly context: AgentContext;
  readonly answerKey: (text: string) => string | null;
}

/** The first texts of AG News' test, whose labels are the simulated model's answer key. */
async function newsTask(count: number): Promise<Task> {
  const rows = (await readRows('ag_news', 'test')).slice(0, count);
  const single = (text: string): string => text.replace(/\s+/g, ' ');
  const key = new Map(rows.map(({ text, label }) => [single(text), label ?? null]));
  const labels = [...new Set(rows.map(({ label }) => label ?? ''))].sort();
  return {
    texts: rows.map(({ text }) => text),
    context: { labels, descriptions: {}, examples: [] },
    answerKey: (text) => key.get(single(text)) ?? null,
  };
}

const labelOf = (said: Discussion | string): string | null => (typeof said === 'string' ? null : said.label);

const skill = { proposes: 0.75, reflects: 0.7, sensitivity: 0.8, specificity: 0.9 };

/** Of the proposals that are right, those that no judge objects to; of all others, those that the reflector sets right. */
function expectedAccuracy({ proposes: p, reflects: r, sensitivity, specificity }: typeof skill): number {
  const [letPass, notSeen] = [specificity ** 2, (1 - sensitivity) ** 2];
  return p * letPass + (p * (1 - letPass) + (1 - p) * (1 - notSeen)) * r;
}

/** Judges and reflector over proposals of a known accuracy, with errors that are independent and with errors in common. */
export async function committeeLift(): Promise<Measured> {
  const { texts, context, answerKey } = await newsTask(2000);
  const run = async (correlation: number): Promise<{ alone: number; together: number }> => {
    const { server, members } = await simulatedCommittee(context, texts, {
      skill: { ...skill, answerKey, correlation },
    });
    try {
      const said = await discussAll(texts, context, members);
      const right = (of: (one: Discussion | string) => string | null): number =>
        said.filter((one, i) => of(one) === answerKey(texts[i] ?? '')).length / texts.length;
      return {
        alone: right((one) => (typeof one === 'string' ? null : one.vote.label)),
        together: right(labelOf),
      };
    } finally {
      await server.stop();
    }
  };
  const independent = await run(0);
  const common = await run(1);
  const expected = expectedAccuracy(skill);
  const noise = 3 * Math.sqrt((expected * (1 - expected)) / texts.length);
  return {
    figure:
      `simulated models, ${texts.length} texts: proposals ${percent(independent.alone)}, with judges and reflector ` +
      `${percent(independent.together)} (computed ${percent(expected)}, at most ${percent(noise)} away); where both judges are wrong ` +
      `together ${percent(common.together)}`,
    ok:
      Math.abs(independent.together - expected) <= noise &&
      independent.together > independent.alone &&
      common.together < independent.together,
  };
}

/** Every fault an endpoint can have, at random among good answers; then a server that is well again. */
export async function endpointFaults(): Promise<Measured> {
  const { texts, context, answerKey } = await newsTask(60);
  const folder = await mkdtemp(join(tmpdir(), 'nanonet-faults-'));
  const faults: [string, Fault][] = [
    ['slow', { kind: 'silent' }],
    ['cut', { kind: 'cut' }],
    ['429', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }],
    ['no JSON', { kind: 'content', content: '{"label": "Wor' }],
    ['no completion', { kind: 'body', body: '<html>' }],
    ['label not in the set', { kind: 'content', content: '{"evidence": "", "label": "X", "confidence": 9}' }],
    ['10 MB', { kind: 'huge', bytes: 10e6 }],
  ];
  const { server, members } = await simulatedCommittee(context, texts, {
    ...{ skill: { ...skill, answerKey }, timeoutMs: 500, limits: { maxCalls: 1e6 } },
    answersFile: join(folder, 'answers.jsonl'),
  });
  try {
    let request = 0;
    // Two of three: many questions run out of patience.
    server.always = () => ((request += 1) % 3 === 0 ? undefined : faults[request % faults.length]?.[1]);
    const disturbed = await discussAll(texts, context, members);
    const reasons = disturbed.flatMap((one) =>
      typeof one === 'string' ? [one] : one.failed.map(({ reason }) => reason),
    );
    server.always = undefined;

    const others = { skill: { ...skill, answerKey }, limits: { maxCalls: 1e6 } };
    const goneOn = await membersAt(server, context, texts, {
      ...others,
      answersFile: join(folder, 'answers.jsonl'),
    });
    const before = server.received.length;
    const resumed = await discussAll(texts, context, goneOn);
    const asked = server.received.length - before;
    const fresh = await discussAll(texts, context, await membersAt(server, context, texts, others));
    const all = server.received.length - before - asked;
    await server.stop();
    const [refused] = await discussAll(
      texts.slice(0, 1),
      context,
      await membersAt(server, context, texts, others),
    );

    const same = resumed.filter((one, i) => labelOf(one) === labelOf(fresh[i] ?? '')).length;
    const isSentence = reasons.every((reason) => /^[^\n]{10,160}[.?]$/.test(reason));
    return {
      figure:
        `${faults.map(([name]) => name).join(', ')}: ${disturbed.filter((one) => labelOf(one) !== null).length} of ${texts.length} ` +
        `texts have a label all the same, ${new Set(reasons).size} sentences say why others have none; resumed with ${asked} questions ` +
        `of ${all}, the labels of an undisturbed run on ${same} of ${texts.length}; refused: "${String(refused)}"`,
      ok:
        reasons.length > 0 &&
        isSentence &&
        asked < all &&
        same === texts.length &&
        String(refused).startsWith('Nothing answers at'),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A person who says no, one who is not there, and no network: what is sent and what connections are opened. */
export async function nothingBeforeConsent(): Promise<Measured> {
  const { texts, context, answerKey } = await newsTask(200);
  const server = await SimulatedServer.start({ skill: { ...skill, answerKey } });
  const sockets: unknown[] = [];
  const onSocket = (socket: unknown): void => void sockets.push(socket);
  subscribe('net.client.socket', onSocket);
  let said = '';
  const err = new PassThrough();
  err.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ask = (endpoint: string, answer: string | undefined): ReturnType<typeof chatMembers> => {
    const stdin = Object.assign(new PassThrough(), { isTTY: answer !== undefined });
    if (answer !== undefined) stdin.end(`${answer}\n`);
    const { labels, descriptions, examples: labelled } = context;
    return chatMembers(
      { endpoint, model: ['small'] },
      () => Promise.resolve({ texts, labels, descriptions, labelled }),
      {
        terminal: { out: err, err } as unknown as Terminal,
        stdin: stdin as unknown as NodeJS.ReadStream,
      },
    );
  };
  try {
    const refused = await Promise.allSettled([
      ask(server.url, 'n'),
      ask(server.url, undefined),
      ask('https://api.nowhere.invalid/v1', 'n'),
    ]);
    const [sent, opened] = [server.received.length, sockets.length];
    const ended = refused.every(
      (one) =>
        one.status === 'rejected' &&
        (one.reason instanceof CancelledError || AppError.is(one.reason, 'cli/usage')),
    );
    const agreed = await ask(server.url, 'y');
    const [after] = [server.received.length];
    await agreed?.members[0]?.agent.propose(texts[0] ?? '', context, new AbortController().signal);
    const told = said.includes(`small at ${server.host}`) && said.includes('api.nowhere.invalid');
    return {
      figure:
        `three times not agreed (no, nobody there, no network): ${sent} requests, ${opened} connections; agreed: ` +
        `${after} until the first question, ${server.received.length} with it`,
      ok: ended && told && sent === 0 && opened === 0 && after === 0 && server.received.length === 1,
    };
  } finally {
    unsubscribe('net.client.socket', onSocket);
    await server.stop();
  }
}

/** Of orders that it reads in plain prose the model follows all, of those in marked words as many as Hines et al. (2024) saw at most. */
const obedient = { obedient: true, obeysMarked: 0.02 };

/** 200 texts that order another label than their own, or one that is none, beside the same texts without the order. */
export async function injectedOrders(): Promise<Measured> {
  const { texts, context, answerKey } = await newsTask(200);
  const { labels } = context;
  const orders = texts.map((text, i) => {
    const others = labels.filter((label) => label !== answerKey(text));
    return i % 2 === 0 ? (others[(i / 2) % others.length] ?? '') : 'HACKED';
  });
  const withOrders = texts.map((text, i) => injected(text, orders[i] ?? ''));
  const labelled = async (
    asked: readonly string[],
    formats: readonly string[] | 'ignored',
    more: Partial<Skill>,
  ): Promise<(string | null)[]> => {
    const { server, members } = await simulatedCommittee(context, asked, {
      ...{ skill: { ...skill, answerKey, ...more }, formats, limits: { maxCalls: 1e6 } },
    });
    try {
      return (await discussAll(asked, context, members)).map(labelOf);
    } finally {
      await server.stop();
    }
  };
  const formats = ['json_schema'];
  const without = await labelled(texts, formats, obedient);
  const constrained = await labelled(withOrders, formats, obedient);
  const unconstrained = await labelled(withOrders, 'ignored', obedient);
  const unmarked = await labelled(withOrders, formats, { obedient: true, obeysMarked: 1 });
  const followed = (given: readonly (string | null)[]): number =>
    given.filter((label, i) => label === orders[i]).length;
  const moved = (given: readonly (string | null)[]): number =>
    given.filter((label, i) => label !== without[i]).length;
  const noise = 2 * Math.sqrt(2 * followed(without));
  const strange = [...constrained, ...unconstrained].filter(
    (label) => label !== null && !labels.includes(label),
  );
  return {
    figure:
      `simulated obedient model, ${texts.length} texts: the ordered label stands on ${followed(without)} without the order, on ` +
      `${followed(constrained)} with it (${moved(constrained)} labels moved), on ${followed(unconstrained)} at a server that holds no answer ` +
      `to its form (at most ${noise.toFixed(1)} more); ${strange.length} labels that are none; a model that no mark stops: ` +
      `${followed(unmarked)}`,
    ok:
      followed(constrained) - followed(without) <= noise &&
      followed(unconstrained) - followed(without) <= noise &&
      strange.length === 0 &&
      followed(unmarked) > followed(constrained) + noise,
  };
}
