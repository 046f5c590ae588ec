/** Keeps the context keys true, which decide the welcome texts, menus and keys. */
import { setContext } from '../contextKeys';
import { Disposable } from '../disposable';
import type { Trainer } from '../training/trainer';
import type { Projects } from '../workspace/projects';

export class WelcomeKeys extends Disposable {
  constructor(
    private readonly projects: Projects,
    private readonly trainer: Trainer,
  ) {
    super();
    this.own(projects.onDidChange(() => this.tell()));
    this.own(trainer.onDidChange(() => this.tell()));
  }

  private tell(): void {
    const { selected } = this.projects;
    setContext('nanonet.ready', true);
    setContext('nanonet.hasClassifier', selected !== undefined);
    setContext('nanonet.hasModel', selected?.model !== undefined);
    setContext('nanonet.canUndo', selected?.journal.canUndo ?? false);
    setContext('nanonet.canRedo', selected?.journal.canRedo ?? false);
    setContext('nanonet.hasLabels', (selected?.labelCount ?? 0) >= firstLabels);
    setContext('nanonet.training', selected !== undefined && this.trainer.isTraining(selected));
    const state = selected && this.trainer.snapshotOf(selected)?.state;
    setContext('nanonet.paused', state === 'paused' || state === 'interrupted');
  }
}

/** The walkthrough's second step. */
const firstLabels = 5;
