/** After a reload of the window: a training that it interrupted may go on where it was. */
import * as vscode from 'vscode';
import { Disposable } from '../disposable';
import type { Reporter } from '../report';
import type { Projects } from '../workspace/projects';
import type { Trainer } from './trainer';

export class ResumeOffer extends Disposable {
  private readonly asked = new Set<string>();

  constructor(
    private readonly projects: Projects,
    private readonly trainer: Trainer,
    private readonly reporter: Reporter,
  ) {
    super();
    this.own(projects.onDidChange(() => void this.look()));
  }

  private async look(): Promise<void> {
    const project = this.projects.selected;
    if (!project || this.asked.has(project.key) || !vscode.workspace.isTrusted) return;
    this.asked.add(project.key);
    await this.reporter.run('Looking for an interrupted training', async () => {
      const run = await this.trainer.interrupted(project);
      const snapshot = this.trainer.snapshotOf(project);
      if (!run || !snapshot) return;
      const share = Math.floor(snapshot.fraction * 100);
      const goOn = vscode.l10n.t('Go On');
      const message = vscode.l10n.t('The training of “{0}” was interrupted at {1} %.', project.name, share);
      const chosen = await vscode.window.showInformationMessage(message, goOn);
      if (chosen === goOn) await vscode.commands.executeCommand('nanonet.train');
    });
  }
}
