import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCommittee } from '../../../extension/engine/committee/committee';
import type { AgentCaller } from '../../../extension/engine/committee/inquiry';
import { AppError } from '../../../extension/protocol/appError';
import type {
  AgentRequests,
  CommitteeParams,
  Proposal,
  Trace,
} from '../../../extension/protocol/committeeApi';
import type { TrainSnapshot } from '../../../extension/protocol/snapshot';
import type { RunSurroundings } from '../../../extension/engine/learn/trainingRun';
import { surroundings, tinyParams, tinyTexts } from '../learn/tinyRun';

const labelOf = new Map(tinyTexts().map(({ text, label }) => [text, label]));
const oracle = {
  name: 'oracle',
  roles: ['propose', 'judge', 'reflect'],
  concurrency: 3,
  budget: 1000,
} as const;
const rules = { weather: ['rain', '/snow|storm/'] };

/** Networks that learn for a moment: what happens around them is tested here. */
const around = (over: Partial<RunSurroundings> = {}) =>
  surroundings({ overrides: { teachSteps: 12 }, ...over });

async function params(over: Partial<CommitteeParams> = {}): Promise<CommitteeParams> {
  return { ...(await tinyParams()), agents: [oracle], rules, ...over };
}

/** Knows all labels; `asked` has a line for each question. */
function knowing(asked: string[], onAsked: () => void = () => undefined): AgentCaller {
  return {
    request: async (method, { text, context, ...about }) => {
      asked.push(`${method} ${text}`);
      onAsked();
      await new Promise(setImmediate);
      const label = labelOf.get(text) ?? null;
      const proposed = (about as { proposal?: Proposal }).proposal?.label;
      expect(context.examples.map((example) => example.text)).not.toContain(text);
      const answers: { readonly [M in keyof AgentRequests]: AgentRequests[M][1] } = {
        'agent/propose': { label, confidence: 0.9, evidence: 'it is known' },
        'agent/judge': { objects: proposed !== label, reason: 'it is known' },
        'agent/reflect': { kind: 'change', label: label ?? '', confidence: 0.9, reason: 'it is known' },
      };
      return answers[method];
    },
  };
}

const nobody: AgentCaller = { request: () => Promise.reject(new Error('Nobody is to be asked.')) };

async function traces(file: string): Promise<Trace[]> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Trace);
}

describe('a whole run', () => {
  let run: CommitteeParams;
  let result: Awaited<ReturnType<typeof runCommittee>>;
  const asked: string[] = [];
  const snapshots: TrainSnapshot[] = [];

  beforeAll(async () => {
    run = await params();
    const watched = around({ onProgress: (snapshot) => snapshots.push(snapshot) });
    result = await runCommittee(run, watched, knowing(asked));
  });

  it('keeps what everybody said of each text without a label, and what it was settled to', async () => {
    const all = await traces(result.traceFile);
    expect(all).toHaveLength(tinyTexts().filter(({ given }) => !given).length);
    for (const { row, proposals, label, score } of all) {
      expect(proposals.map(({ agent }) => agent)).toEqual(
        expect.arrayContaining(['student', 'meaning', 'oracle']),
      );
      expect(score).toBeGreaterThan(0);
      if (label !== null) expect(label).toBe(tinyTexts()[row]?.label);
    }
    const rule = all
      .find(({ row }) => tinyTexts()[row]?.text.includes('snow'))
      ?.proposals.find(({ agent }) => agent === 'rules');
    expect(rule).toMatchObject({ label: 'weather', evidence: '/snow|storm/' });
    expect(result.labelled + result.abstained).toBe(all.length);
  });

  it('trusts agents by what they say of given labels', () => {
    const trust = Object.values(result.trust).reduce((a, b) => a + b, 0);
    expect(trust).toBeCloseTo(1, 5);
    expect(result.trust['oracle']).toBeGreaterThan(result.trust['nameWords'] ?? 1);
  });

  it('makes one model, and its charts', () => {
    expect(existsSync(join(run.modelDir, 'onnx', 'model.onnx'))).toBe(true);
    expect(result.model?.modelDir).toBe(run.modelDir);
    const { reinforcement } = snapshots.at(-1) ?? {};
    expect(reinforcement?.reward.length).toBeGreaterThan(10);
    expect(reinforcement?.divergence).toHaveLength(reinforcement?.reward.length ?? 0);
    expect(reinforcement?.coverage.at(-1)?.[1]).toBeGreaterThan(0.5);
  });

  it('says the same when called again, and asks nobody', async () => {
    expect(await runCommittee(run, around(), nobody)).toEqual(result);
  });
});

it('asks nothing twice when it is stopped in the middle', async () => {
  const run = await params({ settings: { ...(await tinyParams()).settings, labelOnly: true } });
  const stop = new AbortController();
  const first: string[] = [];
  const halfway = () => {
    if (first.length === 20) stop.abort();
  };
  const stopped = runCommittee(run, around({ signal: stop.signal }), knowing(first, halfway));
  await expect(stopped).rejects.toThrow('Cancelled');
  const second: string[] = [];
  const { model, traceFile } = await runCommittee(run, around(), knowing(second));
  expect(model).toBeUndefined();
  expect(await traces(traceFile)).not.toHaveLength(0);
  // Those that were under way when it was stopped have no answer.
  const again = second.filter((question) => first.includes(question));
  expect(again.length).toBeLessThanOrEqual(oracle.concurrency);
  expect(second.length).toBeGreaterThan(20);
});

it('goes on without an agent that stops, and says why', async () => {
  const run = await params({ settings: { ...(await tinyParams()).settings, labelOnly: true } });
  const refused: AgentCaller = {
    request: () => Promise.reject(new AppError('agent/stopped', 'The endpoint refused the connection.')),
  };
  const { stopped, trust, labelled } = await runCommittee(run, around(), refused);
  expect(stopped).toEqual([{ agent: 'oracle', reason: 'The endpoint refused the connection.' }]);
  expect(trust['oracle']).toBeUndefined();
  expect(labelled).toBeGreaterThan(0);
});

it('takes no answer that is not one of the labels', async () => {
  const run = await params({ settings: { ...(await tinyParams()).settings, labelOnly: true } });
  const inventing: AgentCaller = {
    request: () => Promise.resolve({ label: 'politics', confidence: 1, evidence: '' } as never),
  };
  const { trust, traceFile } = await runCommittee(run, around(), inventing);
  expect(trust['oracle']).toBeUndefined();
  for (const { label } of await traces(traceFile)) expect(label).not.toBe('politics');
});

it.each([
  [{ rules: { politics: ['vote'] } }, 'politics'],
  [{ rules: { weather: ['/(/'] } }, '/(/'],
  [{ settings: { abstainPrice: 2 } }, 'abstainPrice'],
])('says what is wrong with %j', async (over, word) => {
  const run = await params({ agents: [], ...over });
  await expect(runCommittee(run, around(), nobody)).rejects.toThrow(word);
});
