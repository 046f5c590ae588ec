/** An agent of the committee that asks a language model. */
import { AppError, CancelledError, type ErrorCode, messageOf } from '../protocol/appError';
import type { Agent, AgentContext, Proposal, Reflection, Said, Verdict } from '../protocol/committeeApi';
import type { AnswerStore } from './answerStore';
import { proposalIn, reflectionIn, verdictIn } from './answers';
import type { ChatModel, ChatQuestion } from './chatModel';
import { judgeQuestion, proposeQuestion, reflectQuestion } from './prompts';

/** After these a model answers nothing more in this run, whatever it is asked. */
const final: readonly ErrorCode[] = [
  'chat/budget',
  'chat/busy',
  'chat/endpoint',
  'chat/key',
  'chat/no-consent',
  'chat/not-found',
  'chat/redirect',
  'chat/refused',
];

/** An answer that is not in its form is asked for once more. */
const askedAgain: readonly ErrorCode[] = ['chat/malformed', 'chat/malformed-answer', 'chat/unknown-label'];

const reminder =
  'Your last answer was not in this form, or its label not in the list: keep to both, letter by letter.';

/** So many questions in a row without an answer are no accident of a text. */
const mostFailures = 10;

export interface ChatAgentOptions {
  /** How it looks as a judge, from 0. */
  readonly way?: number;
  /** What was answered before is not asked again. */
  readonly answers?: AnswerStore | undefined;
}

export class ChatAgent implements Agent {
  private failures = 0;

  private readonly way: number;

  /** @param model patient: what may pass was tried again before it is an error here */
  constructor(
    readonly name: string,
    private readonly model: ChatModel,
    private readonly options: ChatAgentOptions = {},
  ) {
    this.way = options.way ?? 0;
  }

  propose(text: string, context: AgentContext, signal: AbortSignal): Promise<Proposal> {
    return this.ask(proposeQuestion(text, context), (answer) => proposalIn(answer, context.labels), signal);
  }

  judge(text: string, proposal: Proposal, context: AgentContext, signal: AbortSignal): Promise<Verdict> {
    return this.ask(judgeQuestion(text, proposal, context, this.way), verdictIn, signal);
  }

  reflect(
    text: string,
    proposal: Proposal,
    verdicts: readonly Said<Verdict>[],
    context: AgentContext,
    signal: AbortSignal,
  ): Promise<Reflection> {
    const question = reflectQuestion(text, proposal, verdicts, context);
    return this.ask(question, (answer) => reflectionIn(answer, proposal, context.labels), signal);
  }

  /** @throws AppError('agent/failed' | 'agent/stopped'), CancelledError */
  private async ask<T>(question: ChatQuestion, read: (answer: string) => T, signal: AbortSignal): Promise<T> {
    try {
      const said = await this.askTwice(question, read, signal);
      this.failures = 0;
      return said;
    } catch (error) {
      if (error instanceof CancelledError || !AppError.is(error)) throw error;
      this.failures += 1;
      const stopped = final.includes(error.code) || this.failures >= mostFailures;
      throw new AppError(stopped ? 'agent/stopped' : 'agent/failed', messageOf(error), { cause: error });
    }
  }

  private async askTwice<T>(
    question: ChatQuestion,
    read: (answer: string) => T,
    signal: AbortSignal,
  ): Promise<T> {
    const { answers } = this.options;
    const { destination } = this.model;
    const known = answers?.get(question, destination);
    if (known !== undefined) return read(known);
    const once = async (asked: ChatQuestion): Promise<T> => {
      const { text } = await this.model.ask(asked, signal);
      const said = read(text);
      await answers?.keep(question, destination, text);
      return said;
    };
    try {
      return await once(question);
    } catch (error) {
      if (!askedAgain.some((code) => AppError.is(error, code))) throw error;
      // In other words: a model that draws nothing by lot would say the same to the same.
      return once({ ...question, system: `${question.system}\n${reminder}` });
    }
  }
}
