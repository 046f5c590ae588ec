/** Questions to agents outside of the engine: so many at once, so many in all, and none twice. */
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { AppError, CancelledError, messageOf } from '../../protocol/appError';
import type {
  AgentContext,
  AgentRequests,
  AgentRole,
  CommitteeResult,
  OutsideAgent,
  Proposal,
  Reflection,
  Said,
  Verdict,
} from '../../protocol/committeeApi';
import { ConnectionClosedError, type RpcClient } from '../../protocol/rpc';
import { runKey } from '../learn/checkpoint';

/** How the engine reaches the agents. */
export type AgentCaller = Pick<RpcClient<AgentRequests, Record<never, never>>, 'request'>;

/** What each role answers. */
export interface Answers {
  readonly propose: Proposal;
  readonly judge: Verdict;
  readonly reflect: Reflection;
}

/** One text to ask about. */
export interface Question {
  /** Its number in the data set. */
  readonly number: number;
  readonly text: string;
  readonly context: AgentContext;
  readonly proposal?: Proposal;
  readonly verdicts?: readonly Said<Verdict>[];
}

/** A line of the journal; without an answer, of a question that got none. */
interface Entry {
  readonly agent: string;
  readonly key: string;
  readonly answer?: Answers[AgentRole];
}

/** Characters that are kept of what an agent gives for a reason. */
const mostReason = 2000;

export class Inquiry {
  private readonly known = new Map<string, Answers[AgentRole]>();
  private readonly spent = new Map<string, number>();
  private readonly stops = new Map<string, string>();

  private constructor(
    private readonly runId: string,
    private readonly agents: AgentCaller,
    private readonly journal: FileHandle,
  ) {}

  /** @param file the journal of the run: what stands in it is not asked again */
  static async open(runId: string, agents: AgentCaller, file: string): Promise<Inquiry> {
    const journal = await open(file, 'a');
    const inquiry = new Inquiry(runId, agents, journal);
    const written = await readFile(file, 'utf8');
    for (const line of written.split('\n')) inquiry.remember(line);
    // A line that a crash cut off must not swallow the next one.
    if (written !== '' && !written.endsWith('\n')) await journal.write('\n');
    return inquiry;
  }

  get stopped(): CommitteeResult['stopped'] {
    return [...this.stops].map(([agent, reason]) => ({ agent, reason }));
  }

  /**
   * Asks an agent about texts, in their order. @param most questions that may be spent on them
   * @returns by number, as far as there is an answer @throws CancelledError
   */
  async ask<R extends AgentRole>(
    role: R,
    agent: OutsideAgent,
    questions: readonly Question[],
    most: number,
    signal: AbortSignal,
  ): Promise<Map<number, Answers[R]>> {
    const answers = new Map<number, Answers[R]>();
    const open: (Question & { key: string })[] = [];
    for (const question of questions) {
      const { text, proposal, context } = question;
      const key = runKey({ role, text, label: proposal?.label, labels: context.labels });
      const answer = this.known.get(`${agent.name} ${key}`);
      if (answer) answers.set(question.number, answer as Answers[R]);
      else open.push({ ...question, key });
    }
    let next = 0;
    let left = Math.max(0, most - answers.size);
    const work = async (): Promise<void> => {
      while (!signal.aborted) {
        const question = open[next++];
        const budget = agent.budget - (this.spent.get(agent.name) ?? 0);
        if (!question || this.stops.has(agent.name) || left <= 0 || budget <= 0) return;
        left -= 1;
        this.spent.set(agent.name, (this.spent.get(agent.name) ?? 0) + 1);
        const answer = await this.answerOf(role, agent, question, signal);
        await this.keep({ agent: agent.name, key: question.key, ...(answer && { answer }) });
        if (answer) answers.set(question.number, answer);
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, agent.concurrency) }, work));
    CancelledError.throwIf(signal);
    return answers;
  }

  async close(): Promise<void> {
    await this.journal.close();
  }

  private async answerOf<R extends AgentRole>(
    role: R,
    { name }: OutsideAgent,
    { text, context, proposal, verdicts = [] }: Question,
    signal: AbortSignal,
  ): Promise<Answers[R] | undefined> {
    const { runId } = this;
    const about = { runId, agent: name, text, context };
    try {
      if (role === 'propose')
        return proposalOf(await this.agents.request('agent/propose', about, signal), context) as Answers[R];
      if (!proposal) throw new Error('Judges and reflectors are asked about a proposal.');
      if (role === 'judge') {
        const verdict = await this.agents.request('agent/judge', { ...about, proposal }, signal);
        return { objects: verdict.objects === true, reason: reasonOf(verdict.reason) } as Answers[R];
      }
      const asked = { ...about, proposal, verdicts };
      return reflectionOf(await this.agents.request('agent/reflect', asked, signal), context) as Answers[R];
    } catch (error) {
      CancelledError.throwIf(signal);
      if (error instanceof ConnectionClosedError || error instanceof CancelledError) throw error;
      if (!AppError.is(error, 'agent/failed')) this.stops.set(name, messageOf(error));
      return undefined;
    }
  }

  /** On the disk before it counts. */
  private async keep(entry: Entry): Promise<void> {
    await this.journal.appendFile(`${JSON.stringify(entry)}\n`);
    await this.journal.datasync();
    if (entry.answer) this.known.set(`${entry.agent} ${entry.key}`, entry.answer);
  }

  private remember(line: string): void {
    let entry: Entry;
    try {
      entry = JSON.parse(line) as Entry;
    } catch {
      return; // the last line of a process that was killed, or the end of the file
    }
    this.spent.set(entry.agent, (this.spent.get(entry.agent) ?? 0) + 1);
    if (entry.answer) this.known.set(`${entry.agent} ${entry.key}`, entry.answer);
  }
}

/** An answer is constrained to the labels. @throws AppError('agent/failed') */
function proposalOf(said: Proposal, { labels }: AgentContext): Proposal {
  const { label, scores } = said;
  if (label !== null && !labels.includes(label)) throw notALabel();
  const told = scores?.length === labels.length && scores.every((p) => p >= 0 && p <= 1);
  return {
    label,
    confidence: shareOf(said.confidence),
    evidence: reasonOf(said.evidence),
    ...(told && { scores }),
  };
}

function reflectionOf({ kind, label, confidence, reason }: Reflection, { labels }: AgentContext): Reflection {
  if (!['keep', 'change', 'abstain'].includes(kind)) throw notALabel();
  if (kind !== 'abstain' && (label === undefined || !labels.includes(label))) throw notALabel();
  return {
    kind,
    ...(kind !== 'abstain' && label !== undefined && { label }),
    confidence: shareOf(confidence),
    reason: reasonOf(reason),
  };
}

function notALabel(): AppError {
  return new AppError('agent/failed', 'The agent answered with something that is none of the labels.');
}

function shareOf(confidence: number): number {
  return Number.isFinite(confidence) ? Math.min(1, Math.max(0, confidence)) : 0;
}

function reasonOf(reason: unknown): string {
  return typeof reason === 'string' ? reason.slice(0, mostReason) : '';
}
