import { AppError } from './appError';
import type { Agent, AgentRequests } from './committeeApi';
import type { Handlers } from './rpc';

/** The agents of this process that the engine may ask, by run. */
export class AgentDesk {
  private readonly seated = new Map<string, readonly Agent[]>();

  /** @returns ends it */
  seat(runId: string, agents: readonly Agent[]): () => void {
    this.seated.set(runId, agents);
    return () => void this.seated.delete(runId);
  }

  readonly handlers: Handlers<AgentRequests> = {
    'agent/propose': async ({ runId, agent, text, context }, signal) =>
      this.find(runId, agent).propose(text, context, signal),
    'agent/judge': async ({ runId, agent, text, proposal, context }, signal) => {
      const judge = this.find(runId, agent);
      if (!judge.judge) throw cannot(agent, 'judge');
      return judge.judge(text, proposal, context, signal);
    },
    'agent/reflect': async ({ runId, agent, text, proposal, verdicts, context }, signal) => {
      const reflector = this.find(runId, agent);
      if (!reflector.reflect) throw cannot(agent, 'reflect');
      return reflector.reflect(text, proposal, verdicts, context, signal);
    },
  };

  private find(runId: string, name: string): Agent {
    const agent = this.seated.get(runId)?.find((own) => own.name === name);
    if (agent) return agent;
    throw new AppError('agent/stopped', `There is no agent "${name}" in this run.`);
  }
}

function cannot(agent: string, role: string): AppError {
  return new AppError('agent/stopped', `The agent "${agent}" does not ${role}.`);
}
