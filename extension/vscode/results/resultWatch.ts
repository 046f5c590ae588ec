/** Keeps results fresh as files change, for people who wish it (`nanonet.results.watch`). */
import { relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { CancelledError, messageOf } from '../../protocol/appError';
import { commitsPath } from '../../sources/commits';
import { Disposable } from '../disposable';
import { watchingResults } from '../settings';
import { Debounced } from '../signals';
import type { Trainer } from '../training/trainer';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import type { Asked, Results } from './results';

/** Somebody who writes is waited for. */
const settleMs = 1500;
/** Of more files, all are looked at. */
const mostFiles = 2000;

export class ResultWatch extends Disposable {
  private readonly settled = this.own(new Debounced(() => void this.look(), settleMs));
  /** By workspace folder: files that have changed; undefined when all are to be looked at. */
  private readonly waiting = new Map<string, Set<string> | undefined>();
  private watchers: vscode.Disposable | undefined;
  private isLooking = false;
  private controller: AbortController | undefined;

  constructor(
    private readonly projects: Projects,
    private readonly results: Results,
    private readonly trainer: Trainer,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super();
    this.own({ dispose: () => (this.watchers?.dispose(), this.controller?.abort()) });
    this.own(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('nanonet.results.watch')) this.follow();
      }),
    );
    this.own(vscode.workspace.onDidChangeWorkspaceFolders(() => this.follow()));
    this.own(
      trainer.onDidChange(() => {
        // A training has the computer for itself; what waits is looked at when it has ended.
        if (trainer.projects.length > 0) this.controller?.abort();
        else if (this.waiting.size > 0) this.settled.ask();
      }),
    );
    this.own(results.onDidChange(() => this.waiting.size > 0 && this.settled.ask()));
    this.follow();
  }

  /** For one who looks at the results as they become fresh by themselves, or no longer. */
  async toggle(isOn: boolean): Promise<void> {
    const configuration = vscode.workspace.getConfiguration('nanonet');
    await configuration.update('results.watch', isOn, vscode.ConfigurationTarget.Workspace);
  }

  private follow(): void {
    this.watchers?.dispose();
    this.watchers = undefined;
    this.waiting.clear();
    if (!watchingResults()) return;
    const watchers = (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => {
      // What changed while nobody watched.
      this.waiting.set(folder.uri.fsPath, undefined);
      return ['**/*', `${commitsPath}/logs/HEAD`].map((glob) => {
        const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, glob));
        const take = (uri: vscode.Uri): void => this.take(folder.uri.fsPath, uri);
        const listeners = [watcher.onDidCreate(take), watcher.onDidChange(take), watcher.onDidDelete(take)];
        return vscode.Disposable.from(watcher, ...listeners);
      });
    });
    this.watchers = vscode.Disposable.from(...watchers);
    this.settled.ask();
  }

  private take(root: string, uri: vscode.Uri): void {
    const path = relative(root, uri.fsPath).split(sep).join('/');
    const file = path.startsWith(`${commitsPath}/`) ? commitsPath : path;
    if (/(^|\/)(\.nanonet|node_modules)\//.test(path)) return;
    if (file === commitsPath && !path.endsWith('logs/HEAD')) return;
    const files = this.waiting.has(root) ? this.waiting.get(root) : new Set<string>();
    files?.add(file);
    this.waiting.set(root, files && files.size > mostFiles ? undefined : files);
    this.settled.ask();
  }

  private async look(): Promise<void> {
    if (this.isLooking || this.trainer.projects.length > 0 || !vscode.workspace.isTrusted) return;
    this.isLooking = true;
    try {
      await this.projects.ready();
      const changed = new Map(this.waiting);
      const ready = this.projects.all.filter(({ root }) => changed.has(root));
      if (ready.some((project) => this.results.isRunning(project))) return; // asked again when that has ended
      this.waiting.clear();
      for (const project of ready) await this.refresh(project, changed.get(project.root));
    } finally {
      this.isLooking = false;
    }
  }

  /** Only what somebody has classified before, and as a whole only with the model that has answered. */
  private async refresh(project: Project, files: ReadonlySet<string> | undefined): Promise<void> {
    try {
      const store = await this.results.of(project);
      const model = this.results.modelOf(project);
      if (store.size === 0 || model === undefined || (!files && store.pass?.model !== model)) return;
      const asked: Asked = files ? { files: [...files] } : {};
      const options = {
        location: vscode.ProgressLocation.Window,
        title: vscode.l10n.t('Classifying what has changed…'),
      };
      const { signal } = (this.controller = new AbortController());
      const { computed } = await vscode.window.withProgress(options, () =>
        this.results.classify(project, asked, { signal, isBackground: true }),
      );
      if (computed > 0) this.log.info(`results ${project.name}: ${computed} texts classified anew`);
    } catch (error) {
      // It gave way to what a person asked for, and is asked again when that has ended.
      if (error instanceof CancelledError) this.waiting.set(project.root, undefined);
      // Nobody asked for it: the next change tries again.
      else this.log.warn(`results ${project.name}: ${messageOf(error)}`);
    }
  }
}
