/** A committee of language models alone, on one text: some propose, judges object, one settles (IMAGINE, arXiv 2510.14406). */
import { AppError } from '../protocol/appError';
import type {
  Agent,
  AgentContext,
  AgentRole,
  Proposal,
  Reflection,
  Said,
  Trace,
  Verdict,
} from '../protocol/committeeApi';
import type { Member } from './members';

export interface Discussion extends Omit<Trace, 'row' | 'id'> {
  /** Members that had no answer, and what they said of it. */
  readonly failed: readonly Said<{ readonly reason: string }>[];
}

/**
 * @param context the examples must not have the text itself among them
 * @throws AppError('agent/failed' | 'agent/stopped') when nobody has a label for the text, CancelledError
 */
export async function discuss(
  text: string,
  context: AgentContext,
  members: readonly Member[],
  signal: AbortSignal,
): Promise<Discussion> {
  const failures: { agent: string; error: AppError }[] = [];
  /** What all members with a role say, those left out that have no answer to this text. */
  const hear = async <T extends object>(
    role: AgentRole,
    ask: (agent: Agent) => Promise<T> | undefined,
  ): Promise<Said<T>[]> => {
    const heard = await Promise.all(
      members
        .filter(({ outside }) => outside.roles.includes(role))
        .map(async ({ agent }) => {
          try {
            const said = await ask(agent);
            return said && { ...said, agent: agent.name };
          } catch (error) {
            if (!AppError.is(error)) throw error;
            failures.push({ agent: agent.name, error });
            return undefined;
          }
        }),
    );
    return heard.filter((one) => one !== undefined);
  };

  const proposals = await hear('propose', (agent) => agent.propose(text, context, signal));
  const vote = voteOf(proposals);
  if (vote === undefined)
    throw failures[0]?.error ?? new RangeError('A committee needs somebody who proposes.');
  const verdicts = await hear('judge', (agent) => agent.judge?.(text, vote, context, signal));
  const objected = verdicts.some(({ objects }) => objects);
  const [reflection] = objected
    ? await hear('reflect', (agent) => agent.reflect?.(text, vote, verdicts, context, signal))
    : [];
  // Where somebody objects and nobody settles it, there is no label.
  const label = objected ? (reflection?.label ?? null) : vote.label;
  return {
    proposals,
    vote,
    verdicts,
    ...(reflection && { reflection }),
    label,
    score: label === null ? 0 : shareFor(label, proposals, vote, verdicts, reflection),
    failed: failures.map(({ agent, error }) => ({ agent, reason: error.message })),
  };
}

/** The label of the most confidence in all; of two that have the same, the one that was said first. */
function voteOf(proposals: readonly Said<Proposal>[]): Proposal | undefined {
  const weights = new Map<string | null, number>();
  for (const { label, confidence } of proposals) weights.set(label, (weights.get(label) ?? 0) + confidence);
  const most = Math.max(...weights.values());
  const winner = proposals.find(({ label }) => weights.get(label) === most);
  return winner && { label: winner.label, confidence: most / proposals.length, evidence: winner.evidence };
}

/** Of all that was said, the share that speaks for the label. */
function shareFor(
  label: string,
  proposals: readonly Proposal[],
  vote: Proposal,
  verdicts: readonly Verdict[],
  reflection: Reflection | undefined,
): number {
  const isVoted = vote.label === label;
  const voices = [
    ...proposals.map((proposal) => proposal.label === label),
    ...verdicts.map(({ objects }) => isVoted !== objects),
    ...(reflection ? [reflection.label === label] : []),
  ];
  return voices.filter((isFor) => isFor).length / voices.length;
}
