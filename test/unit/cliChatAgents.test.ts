import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chatMembers, chatOptions, type ChatMembers, type ChatOptions } from '../../extension/cli/chatAgents';
import type { Terminal } from '../../extension/cli/terminal';
import { CancelledError } from '../../extension/protocol/appError';
import { SimulatedServer } from '../chat/simulatedServer';
import { context, never, perfect } from './chat/asking';

let server: SimulatedServer;
/** Every connection that this process opens. */
let sockets: unknown[];
let said: string;
const onSocket = (socket: unknown): void => void sockets.push(socket);

beforeEach(async () => {
  server = await SimulatedServer.start({ skill: perfect });
  [sockets, said] = [[], ''];
  subscribe('net.client.socket', onSocket);
});
afterEach(async () => {
  unsubscribe('net.client.socket', onSocket);
  await server.stop();
});

const asked = {
  texts: ['They lost the match.', 'The council met.'],
  labels: context.labels,
  descriptions: context.descriptions,
  labelled: context.examples,
};

/** @param answer what the person types; undefined when nobody is there to be asked */
function members(args: readonly string[], answer?: string): Promise<ChatMembers | undefined> {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  for (const option of chatOptions()) command.addOption(option);
  const options = command.parse([...args], { from: 'user' }).opts<ChatOptions>();
  const err = new PassThrough();
  err.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const stdin = Object.assign(new PassThrough(), { isTTY: answer !== undefined });
  if (answer !== undefined) stdin.end(`${answer}\n`);
  const terminal = { out: err, err } as unknown as Terminal;
  return chatMembers(options, () => Promise.resolve(asked), {
    terminal,
    stdin: stdin as unknown as NodeJS.ReadStream,
  });
}

const endpoint = (): string[] => ['--endpoint', server.url, '--model', 'small'];

describe('before a person agrees', () => {
  it.each(['n', '', 'no', 'yesterday'])('"%s" sends nothing, and opens no connection', async (answer) => {
    await expect(members(endpoint(), answer)).rejects.toBeInstanceOf(CancelledError);
    expect(said).toContain(`2 texts (36 characters), with 1 labelled text as examples, and the names`);
    expect(said).toContain(`go to small at ${server.host}. They stay on this computer.`);
    expect(said).toContain('Nothing was sent.');
    expect(server.received).toEqual([]);
    expect(sockets).toEqual([]);
  });

  it('where nobody can be asked, the call is wrong', async () => {
    await expect(members(endpoint())).rejects.toMatchObject({ code: 'cli/usage' });
    expect(sockets).toEqual([]);
  });

  it('all is told without a network', async () => {
    const args = ['--endpoint', 'https://api.nowhere.invalid/v1', '--model', 'large', '--token-price', '1,4'];
    await expect(members(args, 'n')).rejects.toBeInstanceOf(CancelledError);
    expect(said).toContain('large at api.nowhere.invalid. They leave this computer.');
    expect(said).toMatch(/about [\d,]+ tokens, 0\.\d+ in money/);
    expect(sockets).toEqual([]);
  });

  it('agents are made and still nothing is sent, until they are asked', async () => {
    const { members: all = [], spent } = (await members(endpoint(), 'y')) ?? expect.fail();
    expect(sockets).toEqual([]);
    expect(all.map(({ outside }) => [outside.name, outside.roles])).toEqual([
      ['small', ['propose', 'reflect']],
      ['small, judge 1', ['judge']],
      ['small, judge 2', ['judge']],
    ]);
    const proposal = await all[0]?.agent.propose('They lost the match.', context, never);
    expect(proposal).toMatchObject({ label: 'sport' });
    const [, one, two] = all;
    for (const judge of [one, two]) {
      expect(
        await judge?.agent.judge?.('They lost the match.', proposal ?? expect.fail(), context, never),
      ).toMatchObject({ objects: false });
    }
    expect(server.received).toHaveLength(3);
    expect(sockets).not.toEqual([]);
    expect(spent()).toMatchObject({ calls: 3, tokens: { input: 300, output: 60 } });
    const systems = server.received.slice(1).map(({ body }) => body.messages[0]?.content);
    expect(systems[0]).not.toBe(systems[1]);
  });
});

describe('options', () => {
  it('several models share the seats', async () => {
    const all = await members([...endpoint(), '--model', 'large', '--yes']);
    expect(all?.members.map(({ outside }) => outside.name)).toEqual([
      'small',
      'large',
      'large, judge 1',
      'small, judge 2',
    ]);
  });

  it('none, and there are no members', async () => {
    expect(await members([])).toBeUndefined();
  });

  it.each([
    [['--model', 'small'], /give --endpoint/],
    [['--endpoint', 'http://localhost:1/v1'], /with --model/],
    [['--endpoint', 'localhost:1', '--model', 'm'], /no web address/],
    [['--endpoint', 'http://localhost:1/v1', '--model', 'm', '--model', 'm'], /once/],
    [
      ['--endpoint', 'http://localhost:1/v1', '--model', 'm', '--key-env', 'NANONET_NO_SUCH_KEY'],
      /NANONET_NO_SUCH_KEY is empty/,
    ],
    [
      ['--endpoint', 'http://localhost:1/v1', '--model', 'm', '--yes', '--max-cost', '1'],
      /what a million tokens cost/,
    ],
  ])('%j is told to be wrong', async (args, words) => {
    await expect(members(args, 'y')).rejects.toMatchObject({ message: expect.stringMatching(words) });
  });

  it.each([
    ['--concurrency', '0'],
    ['--token-price', '1'],
    ['--max-calls', '0'],
  ])('%s %s is no value', (...args) => {
    expect(() => members([...endpoint(), ...args])).toThrow();
  });
});
