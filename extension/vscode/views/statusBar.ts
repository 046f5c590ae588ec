/** The one item in the status bar: the current classifier, and how far its training is. */
import * as vscode from 'vscode';
import type { CommandId } from '../commandIds';
import { Disposable } from '../disposable';
import { accuracyOf, progressOf } from '../format';
import type { Trainer } from '../training/trainer';
import type { Projects } from '../workspace/projects';

export class StatusBar extends Disposable {
  private readonly item = this.own(
    vscode.window.createStatusBarItem('nanonet.status', vscode.StatusBarAlignment.Left, 10),
  );

  constructor(
    private readonly projects: Projects,
    private readonly trainer: Trainer,
  ) {
    super();
    const command: CommandId = 'nanonet.openTrainPanel';
    this.item.name = 'NanoNet';
    this.item.command = command;
    this.own(projects.onDidChange(() => this.draw()));
    this.own(trainer.onDidChange(() => this.draw()));
  }

  private draw(): void {
    // One that trains goes before one that is only chosen.
    const project = this.trainer.projects[0] ?? this.projects.selected;
    if (!project) return this.item.hide();
    const snapshot = this.trainer.isTraining(project) ? this.trainer.snapshotOf(project) : undefined;
    const { name } = project;
    if (snapshot) {
      this.item.text = `$(sync~spin) ${name} ${progressOf(snapshot)}`;
      this.item.tooltip = vscode.l10n.t('NanoNet trains “{0}”. Click to watch.', name);
    } else {
      this.item.text = ['NanoNet:', name, accuracyOf(project.model?.result)].filter(Boolean).join(' ');
      this.item.tooltip = project.model
        ? vscode.l10n.t(
            'Accuracy of “{0}” {1} on held-out labels. Click to train again.',
            name,
            project.model.version,
          )
        : vscode.l10n.t('“{0}” has no model yet. Click to train.', name);
    }
    this.item.accessibilityInformation = {
      label: this.item.text.replace(/\$\([^)]*\)\s*/, ''),
      role: 'button',
    };
    this.item.show();
  }
}
