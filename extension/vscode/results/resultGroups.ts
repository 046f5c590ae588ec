/** What the tree of results shows: predictions by answer, through the filters that a person set. */
import * as vscode from 'vscode';
import { CancelledError } from '../../protocol/appError';
import { groupPredictions } from '../../project/predictionGroups';
import type { StoredPrediction } from '../../project/predictionLine';
import { Disposable } from '../disposable';
import type { Reporter } from '../report';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import type { Results } from './results';

export interface ResultFilter {
  /** 0 to 1. */
  readonly leastScore: number;
  readonly words: string;
  /** Only texts with another answer than before the last pass. */
  readonly onlyChanged: boolean;
}

export const everything: ResultFilter = { leastScore: 0, words: '', onlyChanged: false };

/** All that one drawing of the tree needs. */
export interface ShownResults {
  readonly project: Project;
  readonly groups: ReadonlyMap<string, readonly StoredPrediction[]>;
  /** Predictions that there are, filtered or not. */
  readonly all: number;
  /** By which model most of them, when it is another one than is used. */
  readonly olderModel?: string;
}

/** A person who labels is not kept waiting for the sorting of all results; while texts are classified, answers come each second. */
const [settleMs, everyMs] = [200, 1000];

export class ResultGroups extends Disposable {
  private readonly changed = this.own(new vscode.EventEmitter<void>());
  readonly onDidChange = this.changed.event;
  shown: ShownResults | undefined;
  filter = everything;
  private timer: NodeJS.Timeout | undefined;
  private grouping: AbortController | undefined;

  constructor(
    private readonly projects: Projects,
    private readonly results: Results,
    private readonly reporter: Reporter,
  ) {
    super();
    this.own(projects.onDidChange(() => this.ask()));
    this.own(results.onDidChange(() => this.ask()));
    this.own({ dispose: () => (clearTimeout(this.timer), this.grouping?.abort()) });
  }

  setFilter(filter: Partial<ResultFilter>): void {
    this.filter = { ...this.filter, ...filter };
    void this.group();
  }

  /** Soon, however often it is asked meanwhile. */
  ask(): void {
    const { selected } = this.projects;
    const delayMs = selected && this.results.isRunning(selected) ? everyMs : settleMs;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.group();
    }, delayMs);
  }

  /** A later one takes the place of one that is under way. */
  private async group(): Promise<void> {
    this.grouping?.abort();
    const grouping = new AbortController();
    this.grouping = grouping;
    await this.reporter.run('Showing the results', async () => {
      const project = this.projects.selected;
      const shown = project && (await this.groupsOf(project, grouping.signal));
      CancelledError.throwIf(grouping.signal);
      this.shown = shown;
      this.changed.fire();
    });
  }

  /** As the filter leaves them now. @throws AppError('results/not-read'), CancelledError */
  async groupsOf(project: Project, signal: AbortSignal): Promise<ShownResults> {
    const store = await this.results.of(project);
    const { leastScore, words, onlyChanged } = this.filter;
    const labels = project.classifier.labels.map(({ name }) => name);
    const where = (one: StoredPrediction): boolean => store.isChanged(one);
    const filter = { leastScore, words, ...(onlyChanged && { where }) };
    const groups = await groupPredictions(store.all(), labels, filter, signal);
    const model = store.pass?.model;
    const isOlder = model !== undefined && model !== this.results.modelOf(project);
    return { project, groups, all: store.size, ...(isOlder && { olderModel: model }) };
  }
}
