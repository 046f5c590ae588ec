/** Ask the Committee: what is asked about, what the person is told before, and what becomes of the answers. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { AppError, CancelledError, messageOf } from '../../protocol/appError';
import type { AgentContext } from '../../protocol/committeeApi';
import { AnswerStore } from '../../chat/answerStore';
import { Consent, disclosed, type Disclosure } from '../../chat/consent';
import { discuss } from '../../chat/discussion';
import { disclosureOf } from '../../chat/estimate';
import { balancedExamples } from '../../chat/examples';
import { type Member, membersOf, seats } from '../../chat/members';
import type { CorpusText } from '../../project/corpus';
import type { Saying } from '../../project/labelJournal';
import { signalOf } from '../signals';
import { mayCompute } from '../training/trust';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import { placeShown } from '../workspace/targets';
import { type CommitteeAnswer, type CommitteeAnswers, predictionOf } from './committeeAnswers';
import type { EndpointKeys } from './endpointKeys';
import { pickModel } from './pickModel';

/** Texts that are a first look at what the committee is worth. */
const fewTexts = 20;
/** Texts that are discussed at the same time. */
const atOnce = 4;

export class CommitteeCommands {
  constructor(
    private readonly projects: Projects,
    private readonly answers: CommitteeAnswers,
    private readonly keys: EndpointKeys,
  ) {}

  setKey(): Promise<void> {
    return this.keys.ask();
  }

  /** @throws AppError, CancelledError when the person does not agree, or has enough */
  async ask(): Promise<void> {
    const project = await this.projects.required();
    mayCompute();
    const labels = project.classifier.labels.map(({ name }) => name);
    if (labels.length < 2) {
      throw new AppError(
        'committee/labels',
        vscode.l10n.t('“{0}” needs at least two labels before anybody can be asked.', project.name),
      );
    }
    const { texts: all } = await project.texts.readCorpus();
    const texts = await pickTexts(project, all);
    const model = await pickModel(this.keys);
    const labelled = all.flatMap(({ text, label }) => (label === undefined ? [] : [{ text, label }]));
    const context = {
      labels,
      descriptions: Object.fromEntries(
        project.classifier.labels.flatMap(({ name, description }) =>
          description === undefined ? [] : [[name, description]],
        ),
      ),
      examples: balancedExamples(labelled, labels),
    };
    const disclosure = disclosureOf({
      destinations: [model.destination],
      texts: texts.map(({ text }) => text),
      ...{ labels, descriptions: context.descriptions, labelled: context.examples, limits: {} },
      roles: seats([model.destination.model]).map(({ roles }) => roles),
    });
    const consent = await Consent.ask(disclosure, agree);
    const { members } = membersOf([model.open(consent)], {
      limits: disclosure.limits,
      concurrency: atOnce,
      answers: await AnswerStore.open(join(project.dir, 'runs', 'committee', 'answers.jsonl')),
    });
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('The committee is labelling'),
      cancellable: true,
    };
    const stopped = await vscode.window.withProgress(options, (progress, token) =>
      this.discuss(project, texts, context, members, progress, signalOf(token)),
    );
    this.tell(project, texts, stopped);
  }

  /** Makes all suggestions from a score on labels, in one step. */
  async accept(): Promise<void> {
    const project = await this.projects.required();
    const open = this.answers.open(project);
    if (open.length === 0) {
      throw new AppError(
        'committee/nothing',
        vscode.l10n.t('There is no suggestion of the committee that waits; ask it first.'),
      );
    }
    const scores = [...new Set(open.map(scoreOf))].sort((a, b) => b - a);
    const items = scores.map((score) => {
      const count = open.filter((answer) => scoreOf(answer) >= score).length;
      return { label: vscode.l10n.t('At least {0}', score.toFixed(2)), description: texts(count), score };
    });
    const picked = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Accept suggestions from which score on?'),
      placeHolder: vscode.l10n.t('The share of what was said that speaks for the label'),
    });
    if (!picked) return;
    const taken = open.filter((answer) => scoreOf(answer) >= picked.score);
    await project.journal.say(taken.flatMap(sayingOf));
    void vscode.window.setStatusBarMessage(vscode.l10n.t('Labelled: {0}', texts(taken.length)), 5000);
  }

  /** @returns why it ended before all were asked about; undefined when it did not */
  private async discuss(
    project: Project,
    asked: readonly CorpusText[],
    context: AgentContext,
    members: readonly Member[],
    progress: vscode.Progress<{ message?: string; increment?: number }>,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const waiting = [...asked];
    let [done, reason] = [0, undefined as string | undefined];
    const work = async (): Promise<void> => {
      for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
        const { text: own } = text;
        const examples = context.examples.filter((example) => example.text !== own);
        try {
          const discussion = await discuss(own, { ...context, examples }, members, signal);
          this.answers.keep(project, { text, discussion });
        } catch (error) {
          if (error instanceof CancelledError) return;
          if (!AppError.is(error)) throw error;
          reason = messageOf(error);
          if (AppError.is(error, 'agent/stopped')) waiting.length = 0;
        }
        done += 1;
        const message = vscode.l10n.t('{0} of {1}', done, asked.length);
        progress.report({ message, increment: 100 / asked.length });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return reason;
  }

  /** Does not wait for the person's answer. */
  private tell(project: Project, asked: readonly CorpusText[], reason?: string): void {
    const said = asked.flatMap((text) => this.answers.of(project, text) ?? []);
    const labelled = said.filter(({ discussion }) => predictionOf(discussion));
    const open = vscode.l10n.t('Open Label Panel');
    const accept = vscode.l10n.t('Accept…');
    const message = vscode.l10n.t(
      'The committee has a label for {0} of {1}.',
      labelled.length,
      texts(asked.length),
    );
    const shown = vscode.window.showInformationMessage(
      reason === undefined ? message : `${message} ${reason}`,
      ...(labelled.length > 0 ? [open, accept] : []),
    );
    void shown.then((chosen) => {
      if (chosen === open) return vscode.commands.executeCommand('nanonet.openLabelPanel');
      return chosen === accept ? vscode.commands.executeCommand('nanonet.acceptCommittee') : undefined;
    });
  }
}

/** The text that is open in the editor, some, or all that nobody has decided about. */
async function pickTexts(project: Project, all: readonly CorpusText[]): Promise<readonly CorpusText[]> {
  const whole = all.filter(({ range, text }) => range === undefined && text.trim() !== '');
  const open = whole.filter((text) => project.journal.state.decisionOn(text) === undefined);
  const { document } = vscode.window.activeTextEditor ?? {};
  const place = document && placeShown(project, document.uri);
  const here = place && whole.filter(({ path, part }) => path === place.path && part === place.part);
  const items = [
    ...(here && here.length > 0 ? [{ label: vscode.l10n.t('This text'), chosen: here }] : []),
    ...(open.length > fewTexts
      ? [{ label: vscode.l10n.t('{0} texts without a label', fewTexts), chosen: open.slice(0, fewTexts) }]
      : []),
    ...(open.length > 0
      ? [{ label: vscode.l10n.t('All {0} without a label', texts(open.length)), chosen: open }]
      : []),
  ];
  if (items.length === 0) {
    throw new AppError('committee/no-texts', vscode.l10n.t('There is no text without a label to ask about.'));
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Ask the committee about which texts?'),
  });
  if (!picked) throw new CancelledError();
  return picked.chosen;
}

/** The editor's own dialog names what leaves the machine. */
async function agree(disclosure: Disclosure): Promise<boolean> {
  const send = vscode.l10n.t('Send');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Send these texts to a language model?'),
    { modal: true, detail: disclosed(disclosure) },
    send,
  );
  return chosen === send;
}

function scoreOf({ discussion }: CommitteeAnswer): number {
  return Math.floor((predictionOf(discussion)?.score ?? 0) * 100) / 100;
}

function sayingOf({ text, discussion }: CommitteeAnswer): Saying[] {
  const prediction = predictionOf(discussion);
  if (prediction === undefined) return [];
  const { path, part, text: own } = text;
  const said = prediction.none
    ? ({ op: 'none' } as const)
    : ({ op: 'label', label: prediction.label } as const);
  return [{ target: { path, text: own, ...(part !== undefined && { part }) }, said }];
}

function texts(count: number): string {
  return count === 1 ? vscode.l10n.t('1 text') : vscode.l10n.t('{0} texts', count);
}
