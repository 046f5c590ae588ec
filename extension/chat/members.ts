/** Language models as members of the committee: each proposes, two judge, the first settles. */
import { type Agent, type AgentRole, innerAgents, type OutsideAgent } from '../protocol/committeeApi';
import type { AnswerStore } from './answerStore';
import { Budget, type Limits } from './budget';
import { ChatAgent } from './chatAgent';
import type { ChatModel } from './chatModel';
import { PatientModel } from './patientModel';

export interface Member {
  readonly agent: Agent;
  readonly outside: OutsideAgent;
}

/** What each member is asked for, and of which model. */
interface Seat {
  readonly name: string;
  readonly model: number;
  readonly roles: readonly AgentRole[];
  /** Which way it looks as a judge. */
  readonly way: number;
}

const judges = 2;

/** @param models their names, each once: with two or more, a judge is another model than the one that settles */
export function seats(models: readonly string[]): Seat[] {
  return [
    ...models.map((model, i): Seat => {
      // The engine has agents of its own, and two of one name could not be told apart.
      const name = (innerAgents as readonly string[]).includes(model) ? `model ${model}` : model;
      return { name, model: i, roles: i === 0 ? ['propose', 'reflect'] : ['propose'], way: 0 };
    }),
    ...Array.from({ length: judges }, (_, way): Seat => {
      const model = (models.length - 1 + way) % models.length;
      return { name: `${models[model]}, judge ${way + 1}`, model, roles: ['judge'], way };
    }),
  ];
}

export interface MembersOptions {
  readonly limits: Limits;
  /** Questions under way at a model at the same time; 4 by default. */
  readonly concurrency?: number;
  /** What was answered before is not asked again. */
  readonly answers?: AnswerStore | undefined;
}

/** @returns the members, and the budget that they share */
export function membersOf(
  models: readonly ChatModel[],
  { limits, concurrency = 4, answers }: MembersOptions,
): { members: Member[]; budget: Budget } {
  const budget = new Budget(limits);
  const patient = models.map((model) => new PatientModel(model, budget, { concurrency }));
  const members = seats(models.map(({ destination }) => destination.model)).map(
    ({ name, model, roles, way }): Member => {
      const asked = patient[model];
      if (asked === undefined) throw new RangeError(`There is no model ${model}.`);
      return {
        agent: new ChatAgent(name, asked, { way, answers }),
        outside: { name, roles, concurrency, budget: limits.maxCalls },
      };
    },
  );
  return { members, budget };
}
