/** A committee of simulated language models, as an endpoint serves them: server, consent, members. */
import { AnswerStore } from '../../extension/chat/answerStore';
import type { Limits } from '../../extension/chat/budget';
import { Consent } from '../../extension/chat/consent';
import { destinationOf } from '../../extension/chat/endpoint';
import { discuss, type Discussion } from '../../extension/chat/discussion';
import { disclosureOf } from '../../extension/chat/estimate';
import { type Member, membersOf, seats } from '../../extension/chat/members';
import { OpenAiModel, type OpenAiOptions } from '../../extension/chat/openAiModel';
import { messageOf } from '../../extension/protocol/appError';
import type { AgentContext } from '../../extension/protocol/committeeApi';
import { SimulatedServer, type SimulatedServerOptions } from './simulatedServer';

export interface SimulatedCommittee {
  readonly server: SimulatedServer;
  readonly members: readonly Member[];
}

export interface CommitteeOptions extends SimulatedServerOptions, OpenAiOptions {
  readonly models?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly answersFile?: string;
}

/** @param texts how many will be asked about */
export async function simulatedCommittee(
  context: AgentContext,
  texts: readonly string[],
  options: CommitteeOptions,
): Promise<SimulatedCommittee> {
  const server = await SimulatedServer.start(options);
  return { server, members: await membersAt(server, context, texts, options) };
}

export async function membersAt(
  server: SimulatedServer,
  context: AgentContext,
  texts: readonly string[],
  { models = ['small'], limits = {}, answersFile, ...options }: Omit<CommitteeOptions, 'skill'>,
): Promise<Member[]> {
  const endpoints = models.map((model) => ({ url: server.url, model }));
  const { labels, descriptions, examples } = context;
  const disclosure = disclosureOf({
    destinations: endpoints.map(destinationOf),
    ...{ texts, labels, descriptions, labelled: examples, limits },
    roles: seats(models).map(({ roles }) => roles),
  });
  const consent = await Consent.ask(disclosure, () => Promise.resolve(true));
  return membersOf(
    endpoints.map((endpoint) => new OpenAiModel(endpoint, consent, options)),
    {
      limits: disclosure.limits,
      concurrency: 8,
      answers: answersFile === undefined ? undefined : await AnswerStore.open(answersFile),
    },
  ).members;
}

/** One after the other is asked; what fails is a sentence. */
export async function discussAll(
  texts: readonly string[],
  context: AgentContext,
  members: readonly Member[],
): Promise<(Discussion | string)[]> {
  const { signal } = new AbortController();
  const results: (Discussion | string)[] = [];
  let next = 0;
  const take = async (): Promise<void> => {
    for (let i = next++; i < texts.length; i = next++) {
      results[i] = await discuss(texts[i] ?? '', context, members, signal).catch(messageOf);
    }
  };
  await Promise.all(Array.from({ length: 8 }, take));
  return results;
}
