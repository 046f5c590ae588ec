/** Trains again by itself after so many labels, for people who wish it (`nanonet.retrainAfter`). */
import * as vscode from 'vscode';
import { Disposable } from '../disposable';
import { MissingError, type Reporter } from '../report';
import { retrainAfter } from '../settings';
import { Debounced } from '../signals';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import type { Trainer } from './trainer';

/** A person who labels many at once, or undoes, is waited for. */
const settleMs = 2000;

export class Retrainer extends Disposable {
  private readonly settled = this.own(new Debounced(() => void this.look(), settleMs));
  /** By project: labels that there were when its last training began, so that one that failed is not tried again at once. */
  private readonly tried = new Map<string, number>();

  constructor(
    private readonly projects: Projects,
    private readonly trainer: Trainer,
    private readonly reporter: Reporter,
  ) {
    super();
    this.own(projects.onDidChange(() => this.settled.ask()));
  }

  private async look(): Promise<void> {
    const project = this.projects.selected;
    if (!project || !this.isTime(project)) return;
    this.tried.set(project.key, project.labelCount);
    try {
      await this.trainer.train(project);
    } catch (error) {
      // Too few labels of a class are no error of anybody: more will come.
      if (!(error instanceof MissingError)) this.reporter.show('Training again', error);
    }
  }

  /** Only a model that somebody has trained is trained again: the first time is a person's to begin. */
  private isTime(project: Project): boolean {
    const after = retrainAfter();
    // What is used may be an earlier one: what matters is what has been learned from.
    const { models, labelCount } = project;
    const model = models.find(({ problem }) => problem === undefined);
    if (after <= 0 || !vscode.workspace.isTrusted || this.trainer.isTraining(project)) return false;
    if (model?.result === undefined) return false;
    const before = Math.max(model.result.counts.labelled, this.tried.get(project.key) ?? 0);
    return labelCount - before >= after;
  }
}
