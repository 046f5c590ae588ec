/** What the committee has said of texts, while the window is open: suggestions, until a person takes them. */
import * as vscode from 'vscode';
import type { Discussion } from '../../chat/discussion';
import type { CorpusText } from '../../project/corpus';
import { noneOfThese, type Prediction } from '../../protocol/engineApi';
import { Disposable } from '../disposable';
import type { Project } from '../workspace/project';

export interface CommitteeAnswer {
  readonly text: CorpusText;
  readonly discussion: Discussion;
}

export class CommitteeAnswers extends Disposable {
  private readonly byProject = new Map<string, Map<string, CommitteeAnswer>>();
  private readonly changed = this.own(new vscode.EventEmitter<void>());
  readonly onDidChange = this.changed.event;

  of({ key }: Project, { hash }: Pick<CorpusText, 'hash'>): CommitteeAnswer | undefined {
    return this.byProject.get(key)?.get(hash);
  }

  /** Those with a label whose text nobody has decided about. */
  open({ key, journal }: Project): CommitteeAnswer[] {
    return [...(this.byProject.get(key)?.values() ?? [])].filter(
      ({ text, discussion }) =>
        predictionOf(discussion) !== undefined && (journal.state.decisionOn(text) ?? 'skip') === 'skip',
    );
  }

  keep({ key }: Project, answer: CommitteeAnswer): void {
    const answers = this.byProject.get(key) ?? new Map<string, CommitteeAnswer>();
    this.byProject.set(key, answers.set(answer.text.hash, answer));
    this.changed.fire();
  }
}

/** As a model's answer; undefined where the committee has come to none. */
export function predictionOf({ label, score, vote, verdicts }: Discussion): Prediction | undefined {
  if (label !== null) return { label, score, abstained: false, windows: 1 };
  const isNone = vote.label === null && !verdicts.some(({ objects }) => objects);
  return isNone ? { label: noneOfThese, score: 1, abstained: true, none: true, windows: 1 } : undefined;
}

/** Who said what, one line each: why a text has its label. */
export function traceOf({ proposals, verdicts, reflection, failed }: Discussion): string[] {
  const named = (label: string | null | undefined): string => label ?? vscode.l10n.t('none of these');
  return [
    ...proposals.map(({ agent, label, evidence }) => `${agent}: ${named(label)}. ${evidence}`),
    ...verdicts.map(({ agent, objects, reason }) =>
      objects
        ? vscode.l10n.t('{0} objects: {1}', agent, reason)
        : vscode.l10n.t('{0} has no objection: {1}', agent, reason),
    ),
    ...(reflection
      ? [
          reflection.kind === 'abstain'
            ? vscode.l10n.t('{0} leaves it open: {1}', reflection.agent, reflection.reason)
            : vscode.l10n.t(
                '{0} settles on {1}: {2}',
                reflection.agent,
                named(reflection.label),
                reflection.reason,
              ),
        ]
      : []),
    ...failed.map(({ agent, reason }) => vscode.l10n.t('{0} had no answer: {1}', agent, reason)),
  ];
}
