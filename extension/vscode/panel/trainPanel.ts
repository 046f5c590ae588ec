/** The train panel's host: one editor tab, which may come and go while training runs. */
import * as vscode from 'vscode';
import { AppError } from '../../protocol/appError';
import type { TrainSettings } from '../../protocol/engineApi';
import type { PanelNotifications, PanelRequests, TrainPanelState } from '../../protocol/panelApi';
import type { Handlers } from '../../protocol/rpc';
import { labelCounts } from '../../project/corpus';
import { labelAdvice } from '../../project/labelAdvice';
import type { ModelVersion } from '../../project/modelStore';
import { missingForTraining } from '../../project/runs';
import type { CommandId } from '../commandIds';
import type { ModelArgument } from '../models/modelCommands';
import type { Reporter } from '../report';
import { Debounced } from '../signals';
import type { Expectation } from '../training/expectation';
import type { Trainer } from '../training/trainer';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import { PanelTab } from './panelTab';
import { ReportDesk } from './reportDesk';

/** The texts may change in a burst (a checkout); progress is sent as it comes. */
const settleMs = 150;

export class TrainPanel extends PanelTab<PanelRequests, PanelNotifications> {
  /** What was found out about the texts; the panel is not kept waiting for them while training runs. */
  private preflight: Pick<TrainPanelState, 'unlabelled' | 'blocked' | 'advice'> = { unlabelled: 0 };
  /** Of the newest model's report, while a panel shows it. */
  private desk: ReportDesk | undefined;
  private readonly settled = this.own(new Debounced(() => void this.look(), settleMs));

  constructor(
    extensionUri: vscode.Uri,
    private readonly projects: Projects,
    private readonly trainer: Trainer,
    private readonly expectation: Expectation,
    private readonly reporter: Reporter,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super(extensionUri, 'train');
    this.own({ dispose: () => this.desk?.dispose() });
    this.own(projects.onDidChange(() => this.settled.ask()));
    this.own(expectation.onDidChange(() => this.send()));
    this.own(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('nanonet')) this.settled.ask();
      }),
    );
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
      'panel/compare': () => this.compare(),
      'panel/openSettings': ({ of }) => this.openSettings(of),
      'panel/label': () => ask('nanonet.openLabelPanel'),
      'panel/showLog': () => Promise.resolve((this.log.show(), null)),
      'panel/report': () => this.reported().report(),
      'panel/texts': ({ model, rows }) => this.reported(model).texts(rows),
      'panel/openText': async ({ model, row }) => (await this.reported(model).open(row), null),
      'panel/decide': ({ model, row, label }) => this.reported(model).decide(row, label),
      'panel/undo': () => ask('nanonet.undoLabel'),
      'panel/exportStudent': ({ student }) => ask('nanonet.train', student),
    };
  }

  protected override onDidShow(): void {
    if (this.isOpen) return;
    this.desk?.dispose();
    this.desk = undefined;
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
    const unlabelled = texts.filter(({ label }) => label === undefined).length;
    const counts = labelCounts({ texts }, project.classifier);
    this.preflight = {
      unlabelled,
      ...(blocked === undefined ? { advice: labelAdvice(counts) } : { blocked }),
    };
    if (blocked !== undefined || this.trainer.isTraining(project)) return;
    this.expectation.ask({
      settings: this.trainer.settingsOf(project),
      labelled: texts.length - unlabelled,
      unlabelled,
      classes: counts.filter(({ count }) => count > 0).length,
      sample: project.texts.sample,
    });
  }

  private send(): void {
    this.tell('panel/state', this.state());
  }

  protected title(): string {
    return this.project ? vscode.l10n.t('Train {0}', this.project.name) : 'NanoNet';
  }

  /** The model that the last run made, and the one before it. */
  private made(project: Project): readonly ModelVersion[] | undefined {
    const dir = this.trainer.snapshotOf(project)?.result?.modelDir;
    const at = project.models.findIndex((model) => model.dir === dir);
    return at < 0 ? undefined : project.models.slice(at);
  }

  /** @param dir of the model that the panel shows; the newest one. @throws AppError('report/gone') */
  private reported(dir?: string): ReportDesk {
    const { project } = this;
    const [model] = (project && this.made(project)) ?? [];
    if (!project || !model || (dir !== undefined && dir !== model.dir)) {
      throw new AppError(
        'report/gone',
        vscode.l10n.t('This report is of a model that is not the newest any more.'),
      );
    }
    if (!this.desk?.isOf(project, model)) {
      this.desk?.dispose();
      this.desk = new ReportDesk(project, model, this.log);
      this.desk.onDidChange(() => this.send());
    }
    return this.desk;
  }

  private openSettings(of: 'all' | 'classifier'): Promise<null> {
    const { project } = this;
    if (of === 'classifier' && project) return ask('nanonet.openClassifierFile', { project });
    void vscode.commands.executeCommand('workbench.action.openSettings', '@ext:nanonet.nanonet training');
    return Promise.resolve(null);
  }

  private compare(): Promise<null> {
    const { project } = this;
    const [made, previous] = (project && this.made(project)) ?? [];
    if (!project || !made || !previous) return Promise.resolve(null);
    const argument = ({ version }: ModelVersion): ModelArgument => ({ project, version });
    return ask('nanonet.compareModels', argument(made), [argument(previous)]);
  }

  /** Undefined where one of them is not right: the next training says which. */
  private settings(project: Project): TrainSettings | undefined {
    try {
      return this.trainer.settingsOf(project);
    } catch (error) {
      if (AppError.is(error)) return undefined;
      throw error;
    }
  }

  private state(): TrainPanelState {
    const { project } = this;
    if (!project) {
      const blocked = vscode.l10n.t('Make a classifier first: run “NanoNet: New Classifier”.');
      return { classifier: '', labelCounts: [], unlabelled: 0, blocked };
    }
    const snapshot = this.trainer.snapshotOf(project);
    const [model, previous] = this.made(project) ?? [];
    const accuracy = previous?.result?.rows[0]?.accuracy;
    const { newest } = this.expectation;
    const settings = this.settings(project);
    return {
      classifier: project.name,
      labelCounts: [...project.labelCounts()].map(([label, count]) => ({ label, count })),
      ...this.preflight,
      ...(settings && { settings }),
      ...(newest !== undefined && { expected: newest }),
      ...(previous?.result && {
        previous: {
          name: project.nameOf(previous),
          labelled: previous.result.counts.labelled,
          ...(accuracy !== undefined && { accuracy }),
        },
      }),
      ...(snapshot && { snapshot }),
      ...(model && {
        model: model.dir,
        decided: this.desk?.isOf(project, model) ? this.desk.decided() : [],
      }),
    };
  }
}

/** The same way as from the palette; the webview waits for the wish to be taken, not for the work. */
export function ask(command: CommandId, ...args: readonly unknown[]): Promise<null> {
  void vscode.commands.executeCommand(command, ...args);
  return Promise.resolve(null);
}
