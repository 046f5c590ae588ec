/**
 * The committee: what its agents say about a text, and how the engine asks for it. Agents that need a language model live in the
 * process that started the engine (the editor's host, the command line), and the engine asks them back over the same channel.
 */
import type { LabelDescriptions, TrainParams, TrainSettings } from './engineApi';
import type { TrainResult } from './snapshot';

/** What an agent takes a text for. */
export interface Proposal {
  /** One of the labels; null for none of them. Anything else is a failure of the agent, never a label. */
  readonly label: string | null;
  /** 0 to 1. */
  readonly confidence: number;
  /** Why, in a sentence: for a person to read, never to be followed. */
  readonly evidence: string;
  /** Probabilities in the order of `AgentContext.labels`, where an agent can tell. */
  readonly scores?: readonly number[];
}

/** What a judge says about a proposal: 'errors' (it objects) or 'no errors'. */
export interface Verdict {
  readonly objects: boolean;
  readonly reason: string;
}

/** What is settled where somebody objected. */
export interface Reflection {
  readonly kind: 'keep' | 'change' | 'abstain';
  /** The label that stands now; missing when abstained from. */
  readonly label?: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly reason: string;
}

/** Who said it. */
export type Said<T> = T & { readonly agent: string };

/** What an agent is told besides the text. */
export interface AgentContext {
  readonly labels: readonly string[];
  readonly descriptions: LabelDescriptions;
  /** Texts with their given labels, those most like the text first; the text itself is never among them. */
  readonly examples: readonly { readonly text: string; readonly label: string }[];
}

/**
 * An agent outside of the engine. It is asked about one text at a time, as many at once as `OutsideAgent.concurrency` says.
 *
 * A method throws AppError('agent/failed') where it has no answer to this text: the committee goes on without it, and asks again when the
 * run is resumed; AppError('agent/stopped') where it will answer nothing more in this run (budget spent, consent refused, endpoint
 * gone): the committee goes on without the agent, and says so; CancelledError when `signal` fired.
 */
export interface Agent {
  readonly name: string;
  propose(text: string, context: AgentContext, signal: AbortSignal): Promise<Proposal>;
  judge?(text: string, proposal: Proposal, context: AgentContext, signal: AbortSignal): Promise<Verdict>;
  reflect?(
    text: string,
    proposal: Proposal,
    verdicts: readonly Said<Verdict>[],
    context: AgentContext,
    signal: AbortSignal,
  ): Promise<Reflection>;
}

export type AgentRole = 'propose' | 'judge' | 'reflect';

/** An outside agent as the engine knows it. */
export interface OutsideAgent {
  /** Not the name of one of the engine's own (`innerAgents`). */
  readonly name: string;
  /** What it is asked for, though it may be able to do more. */
  readonly roles: readonly AgentRole[];
  /** Questions that are open at the same time. */
  readonly concurrency: number;
  /** Questions in all, those of earlier processes of the run included; what is left over stays without its word. */
  readonly budget: number;
}

/** The engine's own agents: none needs a language model. */
export const innerAgents = [
  'student',
  'meaning',
  'beginning',
  'words',
  'neighbours',
  'names',
  'nameWords',
  'rules',
] as const;
export type InnerAgent = (typeof innerAgents)[number];

/** Everything that was said about one text: a line of `CommitteeResult.traceFile`. */
export interface Trace {
  /** Row of the data file, from 0, empty lines not counted. */
  readonly row: number;
  readonly id?: string;
  readonly proposals: readonly Said<Proposal>[];
  /** What they say together, each heard as far as it is trusted: what the judges are asked about. */
  readonly vote: Proposal;
  readonly verdicts: readonly Said<Verdict>[];
  /** Only where a judge objected. */
  readonly reflection?: Said<Reflection>;
  /** The committee's label; null where it abstains. */
  readonly label: string | null;
  /** How sure the committee is of it, 0 to 1. */
  readonly score: number;
}

/** Label -> words and regular expressions (`/.../`) of which one is enough. */
export type KeywordRules = Readonly<Record<string, readonly string[]>>;

export interface CommitteeSettings extends TrainSettings {
  /** What abstaining is worth, 0 to 1, beside a right answer's 1 and a wrong one's 0: the higher, the more often doubt is said. */
  readonly abstainPrice?: number;
  /** Labels all texts and stops there: no model is made. */
  readonly labelOnly?: boolean;
}

/**
 * As a training's. Answers and the trace live in the run's folder too, so that a run which finds its own state asks nothing twice; agents
 * and committee are measured on the test file as well.
 */
export interface CommitteeParams extends Omit<TrainParams, 'settings'> {
  readonly rules?: KeywordRules;
  /** Agents of the asking process. */
  readonly agents: readonly OutsideAgent[];
  readonly settings: CommitteeSettings;
}

/** A row of the table: an agent, the committee in its steps, the one model in its steps. */
export interface CommitteeRow {
  /** An agent's name, or one of 'vote', 'committee', 'supervised', 'model'. */
  readonly id: string;
  /** All 0 to 1. Accuracy counts an abstention by the label that would have been given. */
  readonly accuracy: number;
  /** Share of the texts that are answered, and the share of right ones among these. */
  readonly coverage: number;
  readonly precision: number;
  /** Area under the risk-coverage curve, texts in the order of their scores: the lower, the better doubt is told. */
  readonly riskCoverage: number;
}

export interface CommitteeResult {
  /** JSON Lines of `Trace`, the unlabelled texts of the data in their order. */
  readonly traceFile: string;
  /** Unlabelled texts that the committee gave a label, and those that it abstained from. */
  readonly labelled: number;
  readonly abstained: number;
  /** How far each agent is heard, as cross-validation on the given labels says: sums to 1. */
  readonly trust: Readonly<Record<string, number>>;
  /** On the test file; without one those of the agents and of the vote, cross-validated on the given labels. */
  readonly rows: readonly CommitteeRow[];
  /** What `rows` were measured on, as a sentence part. */
  readonly measuredOn: string;
  /** Outside agents that stopped, and what they said. */
  readonly stopped: readonly { readonly agent: string; readonly reason: string }[];
  /** Missing with `labelOnly`. */
  readonly model?: TrainResult;
}

interface Question {
  readonly runId: string;
  readonly agent: string;
  readonly text: string;
  readonly context: AgentContext;
}

/** What the engine asks of the process that started it: method name -> [params, result]. */
export interface AgentRequests {
  'agent/propose': [params: Question, result: Proposal];
  'agent/judge': [params: Question & { readonly proposal: Proposal }, result: Verdict];
  'agent/reflect': [
    params: Question & { readonly proposal: Proposal; readonly verdicts: readonly Said<Verdict>[] },
    result: Reflection,
  ];
}
