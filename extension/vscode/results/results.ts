/** What the models of the window's classifiers said of its texts, and the work that finds it out. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { AppError } from '../../protocol/appError';
import type { ClassifyOutcome, ClassifyProgress } from '../../project/classifyTexts';
import type { PredictionStore } from '../../project/predictions';
import { noModel } from '../classification/requiredModel';
import { Disposable } from '../disposable';
import type { EngineHost } from '../engineHost';
import { device, smallModel } from '../settings';
import { Debounced } from '../signals';
import { mayCompute } from '../training/trust';
import type { Project } from '../workspace/project';

/** What is classified: all texts of the classifier without a field. */
export interface Asked {
  /** All texts below it, relative to the workspace folder with '/'. */
  readonly folder?: string;
  /** Only these files. */
  readonly files?: readonly string[];
}

export interface Work {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ClassifyProgress) => void;
  /** Nobody asked for it: it gives way to a person's. */
  readonly isBackground?: true;
}

interface Running {
  readonly controller: AbortController;
  readonly ended: Promise<unknown>;
  readonly isBackground: boolean;
}

/** Another window's writing is taken in when it rests. */
const settleMs = 500;

export class Results extends Disposable {
  private readonly stores = new Map<string, Promise<PredictionStore>>();
  private readonly loaded = new Map<string, PredictionStore>();
  private readonly running = new Map<string, Running>();
  private readonly changed = this.own(new vscode.EventEmitter<Project>());
  /** Answers came or went, or a work began or ended. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly engine: EngineHost) {
    super();
    this.own({ dispose: () => this.running.forEach(({ controller }) => controller.abort()) });
  }

  /** @throws AppError('results/not-read') */
  of(project: Project): Promise<PredictionStore> {
    const known = this.stores.get(project.key);
    if (known) return known;
    const opened = this.open(project);
    this.stores.set(project.key, opened);
    opened.catch(() => this.stores.delete(project.key));
    return opened;
  }

  /** As `of`, without waiting: undefined until somebody has. */
  now(project: Project): PredictionStore | undefined {
    return this.loaded.get(project.key);
  }

  isRunning(project: Project): boolean {
    return this.running.has(project.key);
  }

  /** Who is asked now, as answers name it; undefined without a model. */
  modelOf(project: Project): string | undefined {
    const version = project.model?.version;
    return version !== undefined && smallModel() ? `${version} small` : version;
  }

  /** What is computed by now is kept. */
  stop(project: Project): void {
    this.running.get(project.key)?.controller.abort();
  }

  /**
   * Asks the model about texts that have changed since it answered.
   *
   * @throws MissingError without a model or trust, AppError('results/under-way'), other AppErrors, CancelledError
   */
  async classify(project: Project, asked: Asked, work: Work): Promise<ClassifyOutcome> {
    mayCompute();
    if (this.modelOf(project) === undefined) throw noModel(project);
    const before = this.running.get(project.key);
    if (before && (work.isBackground || !before.isBackground)) {
      throw new AppError(
        'results/under-way',
        vscode.l10n.t('“{0}” is classifying already; wait, or stop it first.', project.name),
      );
    }
    before?.controller.abort();
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    if (work.signal.aborted) abort();
    work.signal.addEventListener('abort', abort, { once: true });
    const outcome = (async () => {
      await before?.ended;
      return this.run(project, asked, { ...work, signal: controller.signal });
    })();
    const ended = outcome.then(
      () => undefined,
      () => undefined,
    );
    const running = { controller, ended, isBackground: work.isBackground ?? false };
    this.running.set(project.key, running);
    this.changed.fire(project);
    try {
      return await outcome;
    } finally {
      work.signal.removeEventListener('abort', abort);
      if (this.running.get(project.key) === running) this.running.delete(project.key);
      this.changed.fire(project);
    }
  }

  private async run(
    project: Project,
    { folder, files }: Asked,
    { signal, onProgress, isBackground }: Work,
  ): Promise<ClassifyOutcome> {
    const store = await this.of(project);
    await store.reload();
    const modelDir = project.model?.dir;
    const model = this.modelOf(project);
    if (modelDir === undefined || model === undefined) throw noModel(project);
    const { classifyTexts } = await import('../../project/classifyTexts');
    const reading = { modelDir, device: device(), ...(smallModel() && { fast: true }) };
    // What changes by itself is still since the last time that a person asked.
    if (!isBackground) await store.begin(model);
    const { name, sources } = project.classifier;
    const outcome = await classifyTexts({
      scan: {
        ...{ root: project.root, classifier: { name, sources }, model },
        labelled: project.journal.state.labelledPaths(),
        ...(folder !== undefined && { folder }),
        ...(files && { files }),
      },
      store,
      // The engine starts with the first text that has changed.
      ask: async (texts) => (await this.engine.client()).classify({ ...reading, texts }, { signal }),
      signal,
      ...(onProgress && { onProgress }),
    });
    if (!isBackground) await store.end();
    return outcome;
  }

  private async open(project: Project): Promise<PredictionStore> {
    const { PredictionStore } = await import('../../project/predictions');
    const store = await PredictionStore.open(project.root, project.name);
    this.loaded.set(project.key, store);
    this.own(store.onDidChange(() => this.changed.fire(project)));
    const reload = this.own(new Debounced(() => void store.reload(), settleMs));
    const pattern = new vscode.RelativePattern(vscode.Uri.file(join(project.dir, 'results')), '*.jsonl');
    const watcher = this.own(vscode.workspace.createFileSystemWatcher(pattern));
    for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) {
      this.own(event(() => !this.isRunning(project) && reload.ask()));
    }
    this.changed.fire(project);
    return store;
  }
}
