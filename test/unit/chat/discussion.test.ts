import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discuss } from '../../../extension/chat/discussion';
import { discussAll, membersAt, simulatedCommittee, type SimulatedCommittee } from '../../chat/committee';
import type { Skill } from '../../chat/simulatedModel';
import { context, never, perfect } from './asking';

let committee: SimulatedCommittee;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nanonet-chat-'));
});
afterEach(async () => {
  await committee.server.stop();
  await rm(folder, { recursive: true });
});

const text = 'They lost the match.';

async function start(skill: Partial<Skill>, models?: readonly string[]): Promise<void> {
  committee = await simulatedCommittee(context, [text], {
    skill: { ...perfect, ...skill },
    ...(models && { models }),
  });
}

describe('a discussion', () => {
  it('ends with the proposal when nobody objects, and nobody else is asked', async () => {
    await start({});
    const said = await discuss(text, context, committee.members, never);
    expect(said).toMatchObject({ label: 'sport', score: 1, failed: [] });
    expect(said.verdicts.map(({ agent, objects }) => [agent, objects])).toEqual([
      ['small, judge 1', false],
      ['small, judge 2', false],
    ]);
    expect(said.reflection).toBeUndefined();
    expect(committee.server.received).toHaveLength(3);
  });

  it('one objection is enough for the reflector to settle it', async () => {
    await start({ proposes: 0 });
    const said = await discuss(text, context, committee.members, never);
    expect(said.vote.label).toBe('news');
    expect(said.reflection).toMatchObject({ agent: 'small', kind: 'change', label: 'sport' });
    // The judges and the reflector speak for it, the proposal against.
    expect(said).toMatchObject({ label: 'sport', score: 0.75 });
  });

  it('has no label where somebody objects and the reflector has no answer', async () => {
    await start({ proposes: 0 });
    committee.server.always = ({ body }) =>
      body.response_format?.json_schema?.name === 'reflection' ? { kind: 'body', body: '' } : undefined;
    const said = await discuss(text, context, committee.members, never);
    expect(said).toMatchObject({ label: null, score: 0, failed: [{ agent: 'small' }] });
  });

  it('goes on without a member that has no answer, and says so', async () => {
    await start({}, ['small', 'large']);
    committee.server.always = ({ body }) =>
      body.model === 'small' ? { kind: 'content', content: 'Sport!' } : undefined;
    expect(await discuss(text, context, committee.members, never)).toMatchObject({
      label: 'sport',
      proposals: [{ agent: 'large' }],
      verdicts: [{ agent: 'large, judge 1' }],
      failed: [
        { agent: 'small', reason: 'The model’s answer is not in the form that was asked for.' },
        { agent: 'small, judge 2' },
      ],
    });
    committee.server.always = { kind: 'content', content: 'Sport!' };
    await expect(discuss(text, context, committee.members, never)).rejects.toMatchObject({
      code: 'agent/failed',
    });
  });
});

describe('work that was stopped', () => {
  const texts = Array.from(
    { length: 12 },
    (_, i) => `Text ${i} is about a ${i % 2 === 0 ? 'match' : 'council'}.`,
  );

  it('goes on without asking again what was answered, also when the last line is torn', async () => {
    await start({ proposes: 0.5, specificity: 0.5 });
    const { server } = committee;
    const answersFile = join(folder, 'answers.jsonl');
    const options = { answersFile, formats: ['json_schema'], limits: { maxCalls: 20 } };

    const first = await discussAll(texts, context, await membersAt(server, context, texts, options));
    expect(server.received).toHaveLength(20);
    expect(first.filter((one) => typeof one === 'string')).toContainEqual(
      expect.stringMatching(/^The limit of 20 calls is reached; what was answered is kept/),
    );
    await appendFile(answersFile, '{"question": "torn');

    const all = { ...options, limits: {} };
    const second = await discussAll(texts, context, await membersAt(server, context, texts, all));
    const undisturbed = await discussAll(
      texts,
      context,
      await membersAt(server, context, texts, { ...all, answersFile: join(folder, 'other.jsonl') }),
    );
    expect(second).toEqual(undisturbed);

    const asked = server.received.map(({ body }) => JSON.stringify(body.messages));
    const once = new Set(asked);
    // The undisturbed work asked everything once, and so did the two together.
    expect(asked).toHaveLength(2 * once.size);

    await discussAll(texts, context, await membersAt(server, context, texts, all));
    expect(server.received).toHaveLength(asked.length);
    expect(await readFile(answersFile, 'utf8')).not.toContain('council');
  });
});
