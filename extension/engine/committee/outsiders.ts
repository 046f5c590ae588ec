/** Agents outside of the engine at the committee's table: which texts they are asked about, and what follows from their answers. */
import type { AgentContext, AgentRole, OutsideAgent, Proposal, Verdict } from '../../protocol/committeeApi';
import type { LabelDescriptions } from '../../protocol/engineApi';
import type { Scores } from '../assess/metrics';
import { labelledTexts } from '../learn/dataset';
import { nearestRows } from '../learn/neighbours';
import { Random } from '../learn/random';
import type { Prepared } from '../learn/trainingRun';
import { pickRows, pickScores } from '../learn/vectors';
import type { Opinion } from '../learn/views/opinion';
import type { Answers, Inquiry, Question } from './inquiry';

/** Texts with a label that an agent is asked about, to learn how far it can be trusted; at most this share of its questions. */
const askedGiven = 40;
const givenShare = 0.3;
/** What each role takes of an agent's questions, beside the others that it has. */
const roleShares: Readonly<Record<AgentRole, number>> = { propose: 3, judge: 1, reflect: 1 };
/** Texts that an agent is shown with their labels. */
const mostExamples = 8;
/** What an agent that is sure of everything is taken to be. */
const mostSure = 0.98;

type Around = Pick<Prepared, 'dataset' | 'vectors' | 'device' | 'recipe'>;

export class Outsiders {
  /** What was said in words, by agent and text. */
  readonly proposals = new Map<string, ReadonlyMap<number, Proposal>>();
  readonly verdicts = new Map<string, ReadonlyMap<number, Verdict>>();

  constructor(
    private readonly prepared: Around,
    private readonly texts: readonly string[],
    private readonly descriptions: LabelDescriptions,
    private readonly agents: readonly OutsideAgent[],
    private readonly inquiry: Inquiry,
    private readonly signal: AbortSignal,
  ) {}

  /** @param unsure texts without a label, those first that are most in doubt */
  async opinions(unsure: readonly number[]): Promise<Opinion[]> {
    const { dataset, recipe } = this.prepared;
    const labelled = labelledTexts(dataset);
    const tried = Random.of(recipe.seed, 'asked').shuffle(labelled).slice(0, askedGiven);
    const opinions: Opinion[] = [];
    for (const agent of this.having('propose')) {
      const most = this.mostOf('propose', agent);
      const known = Math.min(tried.length, Math.ceil(givenShare * most));
      const said = new Map([
        ...(await this.ask('propose', agent, tried.slice(0, known), known)),
        ...(await this.ask('propose', agent, unsure.slice(0, most - known), most - known)),
      ]);
      if (said.size === 0) continue;
      this.proposals.set(agent.name, said);
      const answers = this.scoresOf(said);
      // A label that it was not asked about says nothing for or against it.
      const heldOut = pickScores(answers, labelled);
      const even = 1 / heldOut.classes;
      labelled.forEach((text, row) => {
        if (!said.has(text)) heldOut.data.fill(even, row * heldOut.classes, (row + 1) * heldOut.classes);
      });
      opinions.push({ id: agent.name, answers, heldOut });
    }
    return opinions;
  }

  /** @param proposed of a text, what it is asked about @returns texts that somebody objects to */
  async objections(unsure: readonly number[], proposed: (text: number) => Proposal): Promise<Set<number>> {
    const objected = new Set<number>();
    for (const agent of this.having('judge')) {
      const most = this.mostOf('judge', agent);
      const about = (text: number): Partial<Question> => ({ proposal: proposed(text) });
      const said = await this.ask('judge', agent, unsure.slice(0, most), most, about);
      this.verdicts.set(agent.name, said);
      for (const [text, { objects }] of said) if (objects) objected.add(text);
    }
    return objected;
  }

  /** Of each text, what the first agent settles that has an answer. */
  async reflections(
    objected: readonly number[],
    about: (text: number) => Pick<Question, 'proposal' | 'verdicts'>,
  ): Promise<Map<number, Answers['reflect'] & { readonly agent: string }>> {
    const settled = new Map<number, Answers['reflect'] & { readonly agent: string }>();
    for (const agent of this.having('reflect')) {
      const most = this.mostOf('reflect', agent);
      const open = objected.filter((text) => !settled.has(text)).slice(0, most);
      for (const [text, said] of await this.ask('reflect', agent, open, most, about))
        settled.set(text, { ...said, agent: agent.name });
    }
    return settled;
  }

  private having(role: AgentRole): OutsideAgent[] {
    return this.agents.filter(({ roles }) => roles.includes(role));
  }

  private mostOf(role: AgentRole, { roles, budget }: OutsideAgent): number {
    const all = roles.reduce((sum, own) => sum + roleShares[own], 0);
    return Math.floor((budget * roleShares[role]) / all);
  }

  private async ask<R extends AgentRole>(
    role: R,
    agent: OutsideAgent,
    numbers: readonly number[],
    most: number,
    about: (text: number) => Partial<Question> = () => ({}),
  ): Promise<Map<number, Answers[R]>> {
    if (numbers.length === 0) return new Map();
    const contexts = await this.contexts(numbers);
    const questions = numbers.map((number, i) => ({
      number,
      text: this.texts[number] ?? '',
      context: contexts[i] as AgentContext,
      ...about(number),
    }));
    return this.inquiry.ask(role, agent, questions, most, this.signal);
  }

  private async contexts(numbers: readonly number[]): Promise<AgentContext[]> {
    const { dataset, vectors, device } = this.prepared;
    const labelled = labelledTexts(dataset);
    const k = Math.min(mostExamples + 1, labelled.length);
    const near = await nearestRows(
      pickRows(vectors, numbers),
      pickRows(vectors, labelled),
      k,
      device,
      this.signal,
    );
    return numbers.map((number, row) => ({
      labels: dataset.labels,
      descriptions: this.descriptions,
      examples: [...near.indices.subarray(row * k, (row + 1) * k)]
        .map((at) => labelled[at] as number)
        .filter((text) => text !== number)
        .slice(0, mostExamples)
        .map((text) => ({
          text: this.texts[text] ?? '',
          label: dataset.labels[dataset.given[text] ?? -1] ?? '',
        })),
    }));
  }

  /** Probabilities [texts, classes]: zeros where it was not asked, all alike where it finds no label. */
  private scoresOf(said: ReadonlyMap<number, Proposal>): Scores {
    const { labels, windows } = this.prepared.dataset;
    const classes = labels.length;
    const data = new Float32Array(windows.length * classes);
    for (const [text, { label, confidence, scores }] of said) {
      const row = data.subarray(text * classes, (text + 1) * classes);
      const sum = scores?.reduce((a, b) => a + b, 0) ?? 0;
      if (scores && sum > 0) row.set(scores.map((p) => p / sum));
      else if (label === null) row.fill(1 / classes);
      else {
        const sure = Math.min(mostSure, Math.max(1 / classes, confidence));
        row.fill((1 - sure) / (classes - 1));
        row[labels.indexOf(label)] = sure;
      }
    }
    return { classes, data };
  }
}
