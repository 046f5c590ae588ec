/** The label panel's host: one editor tab. What it says is in the journal before the webview hears of it. */
import * as vscode from 'vscode';
import { messageOf } from '../../protocol/appError';
import type {
  Acknowledged,
  LabelPanelNotifications,
  LabelPanelRequests,
  LabelPanelState,
  PanelCommand,
  SetWish,
} from '../../protocol/labelPanelApi';
import type { Handlers } from '../../protocol/rpc';
import { deleteLabel, editLabel, mergeLabels } from '../../project/labelSet';
import type { CommandId } from '../commandIds';
import { openText } from '../commands/openText';
import type { CommitteeAnswers } from '../languageModels/committeeAnswers';
import { setContext } from '../contextKeys';
import type { EngineHost } from '../engineHost';
import { Debounced } from '../signals';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import { LabelDesk } from './labelDesk';
import { acknowledged, emptyState, stateOf } from './labelPanelState';
import { PanelTab } from './panelTab';
import { ask } from './trainPanel';

/** A key's acknowledgement goes first; what it changed follows together. */
const settleMs = 30;

const commands: Readonly<Record<PanelCommand, CommandId>> = {
  newClassifier: 'nanonet.newClassifier',
  openSample: 'nanonet.openSample',
  addSource: 'nanonet.addSource',
  train: 'nanonet.train',
  showLog: 'nanonet.showLog',
};

export class LabelPanel extends PanelTab<LabelPanelRequests, LabelPanelNotifications> {
  private desk: LabelDesk | undefined;
  /** Why the texts could not be read. */
  private failure: string | undefined;
  private readonly settled = this.own(new Debounced(() => this.send(), settleMs));

  constructor(
    extensionUri: vscode.Uri,
    private readonly projects: Projects,
    private readonly engine: EngineHost,
    private readonly base: string,
    private readonly committee: CommitteeAnswers,
    private readonly log: vscode.LogOutputChannel,
  ) {
    super(extensionUri, 'label');
    this.own(projects.onDidChange(() => this.settled.ask()));
    this.own({ dispose: () => this.desk?.dispose() });
  }

  /** The tab is named after the classifier: it opens when that is known. */
  override async open(): Promise<void> {
    await this.projects.ready();
    await super.open();
  }

  /** Opens the panel on these texts: what a tree's "label these" wants. */
  async openOn(filter: Parameters<LabelDesk['filter']>[0]): Promise<void> {
    await this.projects.ready();
    await this.deskReady();
    this.desk?.filter(filter);
    await this.open();
    this.send();
  }

  /** Opens the panel on the map. */
  async openMap(): Promise<void> {
    (await this.required()).view = 'map';
    await this.open();
    this.send();
  }

  protected title(): string {
    const { selected } = this.projects;
    return selected ? vscode.l10n.t('Label {0}', selected.name) : 'NanoNet';
  }

  protected override onDidShow(isActive: boolean): void {
    setContext('nanonet.labelling', isActive);
    if (this.isOpen) return;
    this.desk?.dispose();
    this.desk = undefined;
  }

  protected handlers(): Handlers<LabelPanelRequests> {
    const on =
      <P>(work: (desk: LabelDesk, params: P) => void | Promise<void>) =>
      async (params: P): Promise<Acknowledged> => {
        const desk = await this.required();
        await work(desk, params);
        this.settled.ask();
        return acknowledged(desk);
      };
    return {
      'label/ready': async () => {
        await this.projects.ready();
        void this.deskReady();
        this.tell('label/state', this.state());
        return this.state();
      },
      'label/say': on((desk, { id, said }) => desk.say(id, said)),
      'label/sayAll': async ({ ids, said, keep }) => {
        const desk = await this.required();
        const count = await desk.sayAll(ids, said, keep);
        this.settled.ask();
        return { ...acknowledged(desk), said: count };
      },
      'label/note': on((desk, { id, note }) => desk.note(id, note)),
      'label/settle': on((desk, { id, label }) => desk.settle(id, label)),
      'label/back': on((desk) => desk.back()),
      'label/undo': on((desk) => desk.undo()),
      'label/redo': on((desk) => desk.redo()),
      'label/show': on((desk, { id }) => desk.show(id)),
      'label/order': on((desk, { order }) => desk.arrange(order)),
      'label/filter': on((desk, { filter }) => desk.filter(filter)),
      'label/search': async ({ words }) => (await this.required()).search(words),
      'label/similar': async ({ id }) => (await this.required()).alike(id),
      'label/set': on(async (desk, wish) => {
        await changeSet(desk.project, wish);
        desk.filter(wish.do === 'split' ? { show: 'labelled', label: wish.name } : desk.queue.filter);
      }),
      'label/view': async ({ view }) => {
        (await this.required()).view = view;
        return this.state();
      },
      'label/map': async ({ want }, signal) => {
        const desk = await this.required();
        await desk.ready();
        return desk.map.draw(want, (progress) => this.tell('label/mapProgress', progress), signal);
      },
      'label/marks': async ({ suggested }) => (await this.required()).map.marks(suggested),
      'label/texts': async ({ ids }) => (await this.required()).map.listed(ids),
      'label/open': async ({ id }) => {
        const desk = await this.required();
        await openText(desk.project, desk.required(id));
        return null;
      },
      'label/command': ({ command }) => ask(commands[command]),
    };
  }

  /** @throws MissingError without a classifier */
  private async required(): Promise<LabelDesk> {
    const project = await this.projects.required();
    return this.deskOf(project);
  }

  private deskOf(project: Project): LabelDesk {
    if (this.desk?.project === project) return this.desk;
    this.desk?.dispose();
    const desk = new LabelDesk(project, this.engine, this.base, this.committee, this.log);
    desk.onDidChange(() => this.settled.ask());
    this.desk = desk;
    return desk;
  }

  /** Reads the texts, while the panel says so. */
  private async deskReady(): Promise<void> {
    const { selected } = this.projects;
    if (!selected) return;
    try {
      await this.deskOf(selected).ready();
      this.failure = undefined;
    } catch (error) {
      this.failure = messageOf(error);
    }
    this.send();
  }

  private send(): void {
    if (!this.isOpen) return;
    const { selected } = this.projects;
    // Another classifier was chosen, or its texts have changed.
    if (selected && (this.desk?.project !== selected || this.desk.needsReading)) void this.deskReady();
    this.tell('label/state', this.state());
  }

  private state(): LabelPanelState {
    const { selected } = this.projects;
    if (!selected) return emptyState('noClassifier');
    if (this.failure !== undefined) return emptyState('failed', [this.failure]);
    return stateOf(this.deskOf(selected));
  }
}

/** @throws AppError('classifier/not-valid') that says which name or key does not do */
async function changeSet(project: Project, wish: SetWish): Promise<void> {
  const { labels } = project.classifier;
  switch (wish.do) {
    case 'add':
      return project.addLabels([wish.name]);
    case 'split':
      return project.addLabels([wish.part]);
    case 'edit': {
      const edited = Object.entries({ ...project.labelNamed(wish.name), ...wish.label });
      const filled = Object.fromEntries(edited.filter(([, value]) => value !== ''));
      return project.changeLabels(editLabel(labels, wish.name, { ...filled, name: wish.label.name }));
    }
    case 'merge':
      return project.changeLabels(mergeLabels(labels, wish.names, wish.into));
    case 'delete':
      return project.changeLabels(deleteLabel(labels, wish.name));
  }
}
