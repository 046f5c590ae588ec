/** The classifiers of all workspace folders, and the one that is worked on. */
import * as vscode from 'vscode';
import { listClassifiers } from '../../project/classifierFile';
import { projectFolder } from '../../project/classifierFolder';
import { Disposable } from '../disposable';
import type { Reporter } from '../report';
import { MissingError } from '../report';
import { Debounced } from '../signals';
import { Project } from './project';

const currentKey = 'nanonet.currentClassifier';
/** A git checkout changes many files at once; they are taken in together. */
const settleMs = 200;

export class Projects extends Disposable {
  private readonly changed = this.own(new vscode.EventEmitter<void>());
  /** The list, the current one, or something within one of them. */
  readonly onDidChange = this.changed.event;
  private open: readonly Project[] = [];
  private opening: Promise<void> | undefined;
  private current: string | undefined;
  private watching: vscode.Disposable | undefined;
  private readonly settled = this.own(new Debounced(() => void this.rescan(), settleMs));

  constructor(
    private readonly memory: vscode.Memento,
    private readonly reporter: Reporter,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super();
    this.current = memory.get<string>(currentKey);
    this.own(
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.watching?.dispose();
        this.watching = undefined;
        if (this.opening !== undefined) this.settled.ask();
      }),
    );
    this.own({ dispose: () => (this.watching?.dispose(), this.closeAll()) });
  }

  /** Resolves when the workspace was looked through. Nothing is read before the first call. */
  ready(): Promise<void> {
    this.opening ??= this.scan();
    return this.opening;
  }

  /** By folder and name. Empty until `ready()`. */
  get all(): readonly Project[] {
    return this.open;
  }

  /** The one that labels, trains and classifies: the chosen one, else the first. */
  get selected(): Project | undefined {
    return this.open.find(({ key }) => key === this.current) ?? this.open[0];
  }

  /** @throws MissingError when there is no classifier yet */
  async required(): Promise<Project> {
    await this.ready();
    const { selected } = this;
    if (selected) return selected;
    throw new MissingError(
      'classifier/none',
      vscode.l10n.t('This workspace has no classifier yet; make one to begin labelling.'),
      { title: vscode.l10n.t('New Classifier'), command: 'nanonet.newClassifier' },
    );
  }

  async select(project: Project): Promise<void> {
    this.current = project.key;
    await this.memory.update(currentKey, project.key);
    this.changed.fire();
  }

  /** The folder that a document is in. */
  folderOf(uri: vscode.Uri): vscode.WorkspaceFolder | undefined {
    return uri.scheme === 'file' ? vscode.workspace.getWorkspaceFolder(uri) : undefined;
  }

  /** Looks through the folders again: after a classifier was made, and when files changed. */
  async rescan(): Promise<void> {
    this.opening = (this.opening ?? Promise.resolve()).then(() => this.scan());
    await this.opening;
  }

  private async scan(): Promise<void> {
    this.watching ??= this.watch();
    const before = new Map(this.open.map((project) => [project.key, project]));
    const found: Project[] = [];
    for (const folder of localFolders()) {
      await this.reporter.run('Looking for classifiers', async () => {
        const { classifiers, problems } = await listClassifiers(folder.uri.fsPath);
        for (const { path, reason } of problems) this.log.warn(`${path}: ${reason}`);
        for (const classifier of classifiers) {
          const known = before.get(`${folder.uri.toString()}#${classifier.name}`);
          if (known) await known.reload();
          const project = known ?? (await Project.open(folder, classifier));
          if (!known) project.onDidChange(() => this.changed.fire());
          found.push(project);
        }
      });
    }
    if (this.isDisposed) return found.forEach((project) => project.dispose());
    for (const project of before.values()) if (!found.includes(project)) project.dispose();
    this.open = found;
    this.changed.fire();
  }

  private watch(): vscode.Disposable {
    const ask = (): void => this.settled.ask();
    const watchers = localFolders().flatMap((folder) =>
      ['*/classifier.json', '*/labels.jsonl', '*/models/*', '*/models/*/nanonet.json'].map((glob) => {
        const pattern = new vscode.RelativePattern(folder, `${projectFolder}/${glob}`);
        const watcher = vscode.workspace.createFileSystemWatcher(pattern);
        const listeners = [watcher.onDidCreate(ask), watcher.onDidChange(ask), watcher.onDidDelete(ask)];
        return vscode.Disposable.from(watcher, ...listeners);
      }),
    );
    return vscode.Disposable.from(...watchers);
  }

  private closeAll(): void {
    for (const project of this.open) project.dispose();
    this.open = [];
  }
}

/** Labels and models are files; a folder that is not on a disk of this machine has nowhere to keep them. */
function localFolders(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}
