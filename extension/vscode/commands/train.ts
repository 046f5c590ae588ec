/** Trains the current classifier, and shows how it goes. */
import * as vscode from 'vscode';
import type { TrainPanel } from '../panel/trainPanel';
import { MissingError } from '../report';
import type { Trainer } from '../training/trainer';
import type { Projects } from '../workspace/projects';

/** Resolves when the training has ended; what went wrong is in the panel, if that is open, too. */
export async function train(projects: Projects, trainer: Trainer, panel: TrainPanel): Promise<void> {
  const project = await projects.required();
  if (trainer.isTraining(project)) return panel.open();
  await Promise.all([trainer.train(project), panel.open()]);
}

/** @throws MissingError when nothing trains */
export async function cancelTraining(projects: Projects, trainer: Trainer): Promise<void> {
  const running = trainer.projects;
  const selected = await projects.required();
  const project = running.find((candidate) => candidate === selected) ?? running[0];
  if (project) return trainer.cancel(project);
  throw new MissingError('train/not-running', vscode.l10n.t('Nothing is being trained.'), {
    title: vscode.l10n.t('Train'),
    command: 'nanonet.train',
  });
}
