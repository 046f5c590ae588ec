/** What a committee's work would send and need, before anything is sent. */
import type { AgentContext, AgentRole } from '../protocol/committeeApi';
import { costOf, estimatedTokens, type Limits } from './budget';
import type { ChatQuestion, Destination } from './chatModel';
import type { Disclosure } from './consent';
import { clipped } from './foreignText';
import { judgeQuestion, mostExamples, proposeQuestion, reflectQuestion, textCharacters } from './prompts';

export interface PlannedWork {
  readonly destinations: readonly Destination[];
  readonly texts: readonly string[];
  readonly labels: readonly string[];
  readonly descriptions: AgentContext['descriptions'];
  /** Labelled texts: some of them go along with each text. */
  readonly labelled: AgentContext['examples'];
  /** One entry for each agent of the language model: what it is asked for. */
  readonly roles: readonly (readonly AgentRole[])[];
  /** Without `maxCalls`, twice as many calls as are planned: an answer may be asked for again. */
  readonly limits: Partial<Limits>;
}

/** Of a short sentence and a label. */
const answerTokens = 60;
/** So many texts stand for all. */
const sampledTexts = 200;

export function disclosureOf(work: PlannedWork): Disclosure {
  const { destinations, texts, labelled, roles, limits } = work;
  const asked = roles.flat();
  const calls = texts.length * asked.length;
  const input = inputTokens(work, asked);
  const output = calls * answerTokens;
  return {
    destinations,
    texts: texts.length,
    examples: labelled.length,
    characters: texts.reduce((sum, text) => sum + clipped(text, textCharacters).length, 0),
    callsPerText: asked.length,
    tokens: input + output,
    ...(limits.price && { cost: costOf({ input, output }, limits.price) }),
    limits: { ...limits, maxCalls: limits.maxCalls ?? 2 * calls },
  };
}

function inputTokens(
  { texts, labels, descriptions, labelled }: PlannedWork,
  asked: readonly AgentRole[],
): number {
  const step = Math.max(1, Math.floor(texts.length / sampledTexts));
  const sample = texts.filter((_, i) => i % step === 0);
  const context = { labels, descriptions, examples: labelled.slice(0, mostExamples) };
  const perSample = sample
    .flatMap((text) => asked.map((role) => questionOf(role, text, context)))
    .reduce((sum, { system, user }) => sum + estimatedTokens(system) + estimatedTokens(user), 0);
  return sample.length === 0 ? 0 : Math.ceil((perSample / sample.length) * texts.length);
}

function questionOf(role: AgentRole, text: string, context: AgentContext): ChatQuestion {
  const proposal = { label: context.labels[0] ?? null, confidence: 1, evidence: 'x'.repeat(100) };
  if (role === 'propose') return proposeQuestion(text, context);
  if (role === 'judge') return judgeQuestion(text, proposal, context);
  return reflectQuestion(text, proposal, [{ agent: '', objects: true, reason: 'x'.repeat(100) }], context);
}
