/** The one item in the status bar: the current classifier, and how far its training is. */
import * as vscode from 'vscode';
import type { CommandId } from '../commandIds';
import { Disposable } from '../disposable';
import { accuracyOf, progressOf, shareOf } from '../format';
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
    const snapshot = this.trainer.isUnderWay(project) ? this.trainer.snapshotOf(project) : undefined;
    const { name } = project;
    if (snapshot?.state === 'paused' || snapshot?.state === 'interrupted') {
      this.item.text = `$(debug-pause) ${name} ${vscode.l10n.t('paused at {0}', shareOf(snapshot))}`;
      this.item.tooltip = withLinks(vscode.l10n.t('The training of “{0}” waits. Click to see it.', name), [
        ['nanonet.resumeTraining', vscode.l10n.t('Resume')],
        ['nanonet.cancelTraining', vscode.l10n.t('Cancel')],
      ]);
    } else if (snapshot) {
      this.item.text = `$(sync~spin) ${name} ${progressOf(snapshot)}`;
      this.item.tooltip = withLinks(vscode.l10n.t('NanoNet trains “{0}”. Click to watch.', name), [
        ['nanonet.pauseTraining', vscode.l10n.t('Pause')],
        ['nanonet.cancelTraining', vscode.l10n.t('Cancel')],
      ]);
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

/** A sentence, and what can be done about it, for the mouse; the palette and the panel have the same. */
function withLinks(
  sentence: string,
  links: readonly (readonly [command: CommandId, title: string])[],
): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip.appendText(sentence);
  tooltip.appendMarkdown(
    `\n\n${links.map(([command, title]) => `[${title}](command:${command})`).join(' · ')}`,
  );
  tooltip.isTrusted = { enabledCommands: links.map(([command]) => command) };
  return tooltip;
}
