/** The train panel's host: one editor tab, which may come and go while training runs. */
import * as vscode from 'vscode';
import type { TrainPanelState } from '../../protocol/panelApi';
import type { PanelServer } from '../../protocol/panelConnection';
import { missingForTraining } from '../../project/runs';
import type { CommandId } from '../commandIds';
import { Disposable } from '../disposable';
import type { Reporter } from '../report';
import { Debounced } from '../signals';
import type { Trainer } from '../training/trainer';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import { panelHtml, panelRoots } from './panelHtml';

const viewType = 'nanonet.train';
/** The texts may change in a burst (a checkout); progress is sent as it comes. */
const settleMs = 150;

interface Shown {
  readonly panel: vscode.WebviewPanel;
  /** Comes when its code is loaded. */
  server?: PanelServer;
}

export class TrainPanel extends Disposable implements vscode.WebviewPanelSerializer {
  private shown: Shown | undefined;
  /** What was found out about the texts; the panel is not kept waiting for them while training runs. */
  private preflight: Pick<TrainPanelState, 'unlabelled' | 'blocked'> = { unlabelled: 0 };
  private readonly settled = this.own(new Debounced(() => void this.look(), settleMs));

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly projects: Projects,
    private readonly trainer: Trainer,
    private readonly reporter: Reporter,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super();
    this.own(vscode.window.registerWebviewPanelSerializer(viewType, this));
    this.own(projects.onDidChange(() => this.settled.ask()));
    this.own(trainer.onDidChange((project) => project === this.project && this.send()));
    this.own({ dispose: () => this.shown?.panel.dispose() });
  }

  /** Beside the text, or in front when it is open already. */
  async open(): Promise<void> {
    if (this.shown) return this.shown.panel.reveal();
    const { Active } = vscode.ViewColumn;
    await this.attach(
      vscode.window.createWebviewPanel(viewType, this.title(), Active, { enableScripts: true }),
    );
  }

  /** After a reload of the window. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.shown?.panel.dispose();
    await this.projects.ready();
    await this.attach(panel);
  }

  private get project(): Project | undefined {
    return this.projects.selected;
  }

  private async attach(panel: vscode.WebviewPanel): Promise<void> {
    const shown: Shown = { panel };
    this.shown = shown;
    panel.onDidDispose(() => {
      shown.server?.dispose();
      if (this.shown === shown) this.shown = undefined;
    });
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: panelRoots(this.extensionUri) };
    const icon = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(this.extensionUri, 'media', `panel-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    // Loaded when a panel shows, not when the extension starts.
    const { servePanel } = await import('../../protocol/panelConnection');
    if (this.shown !== shown) return;
    shown.server = servePanel(
      {
        post: (message) => void webview.postMessage(message),
        listen: (listener) => webview.onDidReceiveMessage(listener),
      },
      {
        'panel/ready': async () => {
          await this.projects.ready();
          await this.refresh();
          return this.state();
        },
        'panel/train': () => ask('nanonet.train'),
        'panel/cancel': () => ask('nanonet.cancelTraining'),
        'panel/showLog': () => Promise.resolve((this.log.show(), null)),
      },
    );
    webview.html = panelHtml(webview, this.extensionUri);
  }

  /** Takes in what changed in the workspace. */
  private async look(): Promise<void> {
    if (!this.shown) return;
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
    void this.shown?.server?.notify('panel/state', this.state());
    if (this.shown) this.shown.panel.title = this.title();
  }

  private title(): string {
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
function ask(command: CommandId): Promise<null> {
  void vscode.commands.executeCommand(command);
  return Promise.resolve(null);
}
