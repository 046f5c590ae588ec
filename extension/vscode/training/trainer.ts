/** Trains classifiers: one run a classifier at a time, whether or not anybody watches. */
import * as vscode from 'vscode';
import { AppError, CancelledError, messageOf } from '../../protocol/appError';
import type { TrainSnapshot } from '../../protocol/snapshot';
import { readCorpus } from '../../project/corpus';
import type { Run } from '../../project/runs';
import { findInterrupted, missingForTraining, prepareRun } from '../../project/runs';
import { Disposable } from '../disposable';
import type { EngineHost } from '../engineHost';
import { MissingError } from '../report';
import { trainDefaults } from '../settings';
import type { Project } from '../workspace/project';
import { mayCompute } from './trust';
import { unfinishedSnapshot } from './unfinishedRun';

interface Running {
  readonly project: Project;
  readonly controller: AbortController;
  snapshot: TrainSnapshot;
}

export class Trainer extends Disposable {
  private readonly running = new Map<string, Running>();
  /** The newest snapshot of each classifier that trained in this window, or was found interrupted. */
  private readonly newest = new Map<string, TrainSnapshot>();
  private readonly changed = this.own(new vscode.EventEmitter<Project>());
  /** A new snapshot of that classifier. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly engine: EngineHost,
    private readonly base: string,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super();
    this.own({ dispose: () => this.running.forEach(({ controller }) => controller.abort()) });
  }

  isTraining(project: Project): boolean {
    return this.running.has(project.key);
  }

  snapshotOf(project: Project): TrainSnapshot | undefined {
    return this.newest.get(project.key);
  }

  /** Whatever is under way. */
  get projects(): readonly Project[] {
    return [...this.running.values()].map(({ project }) => project);
  }

  /**
   * Trains to the end; a run that was interrupted goes on. A second call for the same classifier changes
   * nothing.
   *
   * @throws MissingError that says what is missing, AppError, CancelledError
   */
  async train(project: Project): Promise<void> {
    if (this.isTraining(project)) return;
    mayCompute();
    const running: Running = { project, controller: new AbortController(), snapshot: beginning('') };
    this.running.set(project.key, running);
    try {
      this.take(running, running.snapshot);
      const run = await this.prepare(project, running);
      this.log.info(`train ${project.name}: ${run.resumed ? 'goes on with' : 'begins'} ${run.version}`);
      const client = await this.engine.client();
      const result = await client.train(run.params, {
        signal: running.controller.signal,
        onProgress: (snapshot) => this.take(running, snapshot),
      });
      this.take(running, { ...running.snapshot, state: 'done', fraction: 1, result });
      this.log.info(
        `train ${project.name}: ${run.version} is done in ${Math.round(result.durationMs / 1000)} s`,
      );
    } catch (error) {
      this.end(running, error);
      throw error;
    } finally {
      this.running.delete(project.key);
      await project.reload();
      this.changed.fire(project);
    }
  }

  /** Asks the run to end; what it learned so far stays in the run's folder. */
  cancel(project: Project): void {
    this.running.get(project.key)?.controller.abort();
  }

  /** A run of this classifier that a closed window or a crash left unfinished; it is in `snapshotOf` then. */
  async interrupted(project: Project): Promise<Run | undefined> {
    if (this.isTraining(project) || this.newest.has(project.key)) return undefined;
    const snapshot = await unfinishedSnapshot(project);
    if (!snapshot) return undefined;
    const corpus = await readCorpus(project.root, project.classifier, project.journal);
    const run = await findInterrupted(project.root, this.withDefaults(project), corpus);
    if (!run || this.isTraining(project)) return undefined;
    this.newest.set(project.key, { ...snapshot, state: 'interrupted' });
    this.changed.fire(project);
    return run;
  }

  private async prepare(project: Project, { controller }: Running): Promise<Run> {
    const corpus = await readCorpus(project.root, project.classifier, project.journal, controller.signal);
    for (const { path, reason } of corpus.problems) this.log.warn(`${path}: ${reason}`);
    const missing = missingForTraining(corpus, project.classifier);
    if (missing !== undefined) throw notYet(missing, project);
    const run = await prepareRun(project.root, this.withDefaults(project), corpus, { now: new Date() });
    CancelledError.throwIf(controller.signal);
    return run;
  }

  /** The classifier's own settings win over this machine's. */
  private withDefaults({ classifier }: Project): Project['classifier'] {
    return { ...classifier, settings: { ...trainDefaults(this.base), ...classifier.settings } };
  }

  private take(running: Running, snapshot: TrainSnapshot): void {
    running.snapshot = snapshot;
    this.newest.set(running.project.key, snapshot);
    this.changed.fire(running.project);
  }

  private end(running: Running, error: unknown): void {
    if (error instanceof MissingError) {
      this.newest.delete(running.project.key);
      return;
    }
    const cancelled = error instanceof CancelledError;
    const code = AppError.is(error) ? error.code : 'train/failed';
    this.take(running, {
      ...running.snapshot,
      state: cancelled ? 'cancelled' : 'failed',
      ...(!cancelled && { error: { code, message: messageOf(error) } }),
    });
  }
}

function notYet(missing: string, project: Project): MissingError {
  const noTexts = project.classifier.sources.length === 0;
  return noTexts
    ? new MissingError('train/no-texts', missing, {
        title: vscode.l10n.t('Add Source'),
        command: 'nanonet.addSource',
      })
    : new MissingError('train/too-few-labels', missing, {
        title: vscode.l10n.t('Label Next'),
        command: 'nanonet.labelNext',
      });
}

/** What there is to draw before the engine's first word. */
function beginning(runId: string): TrainSnapshot {
  return {
    runId,
    state: 'running',
    stage: 'read',
    step: 0,
    of: 1,
    fraction: 0,
    elapsedMs: 0,
    device: '',
    counts: { labelled: 0, unlabelled: 0 },
    members: [],
  };
}
