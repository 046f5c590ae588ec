/** The train panel's host: one editor tab, which may come and go while training runs. */
import * as vscode from 'vscode';
import type { PanelNotifications, PanelRequests, TrainPanelState } from '../../protocol/panelApi';
import type { Handlers } from '../../protocol/rpc';
import { missingForTraining } from '../../project/runs';
import type { CommandId } from '../commandIds';
import type { Reporter } from '../report';
import { Debounced } from '../signals';
import type { Trainer } from '../training/trainer';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import { PanelTab } from './panelTab';

/** The texts may change in a burst (a checkout); progress is sent as it comes. */
const settleMs = 150;

export class TrainPanel extends PanelTab<PanelRequests, PanelNotifications> {
  /** What was found out about the texts; the panel is not kept waiting for them while training runs. */
  private preflight: Pick<TrainPanelState, 'unlabelled' | 'blocked'> = { unlabelled: 0 };
  private readonly settled = this.own(new Debounced(() => void this.look(), settleMs));

  constructor(
    extensionUri: vscode.Uri,
    private readonly projects: Projects,
    private readonly trainer: Trainer,
    private readonly reporter: Reporter,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super(extensionUri, 'train');
    this.own(projects.onDidChange(() => this.settled.ask()));
    this.own(trainer.onDidChange((project) => project === this.project && this.send()));
  }

  protected handlers(): Handlers<PanelRequests> {
    return {
      'panel/ready': async () => {
        await this.projects.ready();
        await this.refresh();
        return this.state();
      },
      'panel/train': () => ask('nanonet.train'),
      'panel/pause': () => ask('nanonet.pauseTraining'),
      'panel/resume': () => ask('nanonet.resumeTraining'),
      'panel/cancel': () => ask('nanonet.cancelTraining'),
      'panel/showLog': () => Promise.resolve((this.log.show(), null)),
    };
  }

  private get project(): Project | undefined {
    return this.projects.selected;
  }

  /** Takes in what changed in the workspace. */
  private async look(): Promise<void> {
    if (!this.isOpen) return;
    await this.reporter.run('Reading the texts', () => this.refresh());
    this.send();
  }

  private async refresh(): Promise<void> {
    const { project } = this;
    if (!project) return;
    const texts = await project.texts.read();
    const blocked = vscode.workspace.isTrusted
      ? missingForTraining({ texts }, project.classifier)
      : vscode.l10n.t('Trust this workspace to train; labelling works without it.');
    this.preflight = {
      unlabelled: texts.filter(({ label }) => label === undefined).length,
      ...(blocked !== undefined && { blocked }),
    };
  }

  private send(): void {
    this.tell('panel/state', this.state());
  }

  protected title(): string {
    return this.project ? vscode.l10n.t('Train {0}', this.project.name) : 'NanoNet';
  }

  private state(): TrainPanelState {
    const { project } = this;
    if (!project) {
      const blocked = vscode.l10n.t('Make a classifier first: run “NanoNet: New Classifier”.');
      return { classifier: '', labelCounts: [], unlabelled: 0, blocked };
    }
    const snapshot = this.trainer.snapshotOf(project);
    return {
      classifier: project.name,
      labelCounts: [...project.labelCounts()].map(([label, count]) => ({ label, count })),
      ...this.preflight,
      ...(snapshot && { snapshot }),
    };
  }
}

/** The same way as from the palette; the webview waits for the wish to be taken, not for the work. */
export function ask(command: CommandId): Promise<null> {
  void vscode.commands.executeCommand(command);
  return Promise.resolve(null);
}
