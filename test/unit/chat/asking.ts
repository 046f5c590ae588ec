/** What the tests of the chat room have in common. */
import { Consent, type Disclosure } from '../../../extension/chat/consent';
import { destinationOf, type Endpoint } from '../../../extension/chat/endpoint';
import { proposeQuestion } from '../../../extension/chat/prompts';
import type { AgentContext } from '../../../extension/protocol/committeeApi';
import type { Skill } from '../../chat/simulatedModel';

export const context: AgentContext = {
  labels: ['news', 'sport'],
  descriptions: { sport: 'games and those who play them' },
  examples: [{ text: 'The cup was won in overtime.', label: 'sport' }],
};

/** Right about everything. */
export const perfect: Skill = {
  answerKey: (text) => (text.includes('match') ? 'sport' : 'news'),
  proposes: 1,
  reflects: 1,
  sensitivity: 1,
  specificity: 1,
};

export const question = proposeQuestion('They lost the match.', context);

export const never = new AbortController().signal;

export function disclosureFor(endpoint: Endpoint): Disclosure {
  return {
    destinations: [destinationOf(endpoint)],
    texts: 3,
    examples: 1,
    characters: 1234,
    callsPerText: 4,
    tokens: 5000,
    limits: { maxCalls: 12 },
  };
}

export function agreed(endpoint: Endpoint): Promise<Consent> {
  return Consent.ask(disclosureFor(endpoint), () => Promise.resolve(true));
}
