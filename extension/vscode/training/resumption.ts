/** After a reload of the window, or a restart: what was being trained goes on where it was, and a pause stays one. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { runHolder } from '../../protocol/runHolder';
import { runsDir } from '../../project/modelStore';
import type { LastRun } from '../../project/runSnapshot';
import { Disposable } from '../disposable';
import type { Reporter } from '../report';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import type { Trainer } from './trainer';

/** A training that nobody has thought of for so long is offered, not begun. */
const goesOnWithinMs = 24 * 3600_000;
/** The window that is being closed may need a moment to end its engine. */
const patienceMs = 15_000;
const askEveryMs = 250;
const triedKey = 'nanonet.resumed';

export class Resumption extends Disposable {
  private readonly asked = new Set<string>();

  constructor(
    private readonly projects: Projects,
    private readonly trainer: Trainer,
    private readonly reporter: Reporter,
    private readonly memory: vscode.Memento,
  ) {
    super();
    this.own(projects.onDidChange(() => void this.look()));
  }

  private async look(): Promise<void> {
    const project = this.projects.selected;
    if (!project || this.asked.has(project.key)) return;
    this.asked.add(project.key);
    await this.reporter.run('Looking for an interrupted training', async () => {
      const left = await this.trainer.restore(project);
      if (!left || left.snapshot.state === 'paused' || !vscode.workspace.isTrusted) return;
      if (await this.goesOn(project, left)) await this.trainer.train(project);
      else await this.offer(project, left);
    });
  }

  /** Not where it was gone on with already and came no further: it may be what ended the window. */
  private async goesOn(project: Project, { version, snapshot, at }: LastRun): Promise<boolean> {
    const mark = `${project.key} ${version} ${snapshot.fraction}`;
    const isNew = this.memory.get<string>(triedKey) !== mark;
    await this.memory.update(triedKey, mark);
    if (!isNew || Date.now() - at.getTime() > goesOnWithinMs) return false;
    return this.isFree(join(runsDir(project.root, project.name), version));
  }

  private async isFree(runDir: string): Promise<boolean> {
    for (const end = Date.now() + patienceMs; Date.now() < end;) {
      if ((await runHolder(runDir)) === undefined) return !this.isDisposed;
      await new Promise((resolve) => setTimeout(resolve, askEveryMs));
    }
    return false;
  }

  private async offer(project: Project, { snapshot }: LastRun): Promise<void> {
    const share = Math.floor(snapshot.fraction * 100);
    const resume = vscode.l10n.t('Resume');
    const message = vscode.l10n.t('The training of “{0}” was interrupted at {1} %.', project.name, share);
    const chosen = await vscode.window.showInformationMessage(message, resume);
    if (chosen === resume) await vscode.commands.executeCommand('nanonet.resumeTraining');
  }
}
