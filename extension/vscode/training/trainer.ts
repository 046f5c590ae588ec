/** Trains classifiers: one run a classifier at a time, whether or not anybody watches. */
import * as vscode from 'vscode';
import { AppError, CancelledError, messageOf } from '../../protocol/appError';
import type { TrainSettings } from '../../protocol/engineApi';
import type { TrainSnapshot } from '../../protocol/snapshot';
import { readCorpus } from '../../project/corpus';
import type { Run } from '../../project/runs';
import { findInterrupted, missingForTraining, prepareRun } from '../../project/runs';
import { lastRun, writeRunSnapshot, type LastRun } from '../../project/runSnapshot';
import { Disposable } from '../disposable';
import type { EngineHost } from '../engineHost';
import { MissingError } from '../report';
import { trainDefaults } from '../settings';
import type { Project } from '../workspace/project';
import { mayCompute } from './trust';

interface Running {
  readonly project: Project;
  readonly controller: AbortController;
  snapshot: TrainSnapshot;
  /** Once it is prepared. */
  runId?: string;
  /** What the person wants; the snapshot says when it is so. */
  isPaused: boolean;
}

export class Trainer extends Disposable {
  private readonly running = new Map<string, Running>();
  /** The newest snapshot of each classifier: of a training in this window, or as its last run was left. */
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

  /** It trains, or it waits to go on: in this window, or as an earlier one left it. */
  isUnderWay(project: Project): boolean {
    const snapshot = this.newest.get(project.key);
    return this.isTraining(project) || (snapshot !== undefined && isUnfinished(snapshot));
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
   * @param student the one to export, in place of the one that promises most
   * @throws MissingError that says what is missing, AppError, CancelledError
   */
  async train(project: Project, student?: string): Promise<void> {
    if (this.isTraining(project)) return;
    mayCompute();
    const left = this.newest.get(project.key);
    const goesOn = left !== undefined && isUnfinished(left);
    const controller = new AbortController();
    const running: Running = {
      project,
      controller,
      // What was to be seen of it stays while the engine comes back to where it was.
      snapshot: goesOn ? resumed(left) : beginning,
      isPaused: false,
    };
    this.running.set(project.key, running);
    try {
      this.take(running, running.snapshot);
      const run = await this.prepare(project, running, student);
      if (!run.resumed) this.take(running, beginning);
      this.log.info(`train ${project.name}: ${run.resumed ? 'goes on with' : 'begins'} ${run.version}`);
      const client = await this.engine.client();
      running.runId = run.params.runId;
      if (running.isPaused) await client.pause(running.runId);
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

  /** Lets the run wait after the step that it is in. */
  async pause(project: Project): Promise<void> {
    const running = this.running.get(project.key);
    if (!running) return;
    running.isPaused = true;
    if (running.runId !== undefined) await (await this.engine.client()).pause(running.runId);
  }

  /** Goes on with what is paused in this window, or was left by an earlier one. @throws as `train` */
  async resume(project: Project): Promise<void> {
    const running = this.running.get(project.key);
    if (!running) return this.train(project);
    running.isPaused = false;
    if (running.runId !== undefined) await (await this.engine.client()).resume(running.runId);
  }

  /** Asks the run to end, or gives up one that was left; what it learned so far stays in the run's folder. */
  async cancel(project: Project): Promise<void> {
    const running = this.running.get(project.key);
    if (running) return running.controller.abort();
    const left = await lastRun(project.root, project.name);
    if (!left || !isUnfinished(left.snapshot)) return;
    const snapshot: TrainSnapshot = { ...left.snapshot, state: 'cancelled' };
    await writeRunSnapshot(project.root, project.name, { ...left, snapshot });
    this.show(project, snapshot);
  }

  /**
   * Shows the last run as an earlier window left it.
   * @returns it when it is unfinished and can go on: texts, labels and settings are what they were
   */
  async restore(project: Project): Promise<LastRun | undefined> {
    if (this.newest.has(project.key)) return undefined;
    const left = await lastRun(project.root, project.name);
    if (!left || this.newest.has(project.key)) return undefined;
    const { snapshot } = left;
    if (!isUnfinished(snapshot)) {
      this.show(project, snapshot);
      return undefined;
    }
    const corpus = await readCorpus(project.root, project.classifier, project.journal);
    const run = await findInterrupted(project.root, this.withSettings(project), corpus);
    if (this.newest.has(project.key)) return undefined;
    const state = run === undefined ? 'cancelled' : snapshot.state === 'paused' ? 'paused' : 'interrupted';
    this.show(project, { ...snapshot, state });
    return run && left;
  }

  private async prepare(project: Project, { controller }: Running, student?: string): Promise<Run> {
    const corpus = await readCorpus(project.root, project.classifier, project.journal, controller.signal);
    for (const { path, reason } of corpus.problems) this.log.warn(`${path}: ${reason}`);
    const missing = missingForTraining(corpus, project.classifier);
    if (missing !== undefined) throw notYet(missing, project);
    const run = await prepareRun(project.root, this.withSettings(project), corpus, {
      now: new Date(),
      student,
    });
    CancelledError.throwIf(controller.signal);
    return run;
  }

  /** The classifier's own settings win over this machine's. */
  settingsOf({ classifier }: Project): TrainSettings {
    return { ...trainDefaults(this.base), ...classifier.settings };
  }

  private withSettings(project: Project): Project['classifier'] {
    return { ...project.classifier, settings: this.settingsOf(project) };
  }

  private take(running: Running, snapshot: TrainSnapshot): void {
    running.snapshot = snapshot;
    this.show(running.project, snapshot);
  }

  private show(project: Project, snapshot: TrainSnapshot): void {
    this.newest.set(project.key, snapshot);
    this.changed.fire(project);
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
const beginning: TrainSnapshot = {
  runId: '',
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

function isUnfinished({ state }: TrainSnapshot): boolean {
  return state === 'running' || state === 'paused' || state === 'interrupted';
}

function resumed({ remainingMs: _, ...snapshot }: TrainSnapshot): TrainSnapshot {
  return { ...snapshot, state: 'running' };
}
