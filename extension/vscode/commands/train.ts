/** Trains the current classifier, and shows how it goes. */
import * as vscode from 'vscode';
import type { TrainPanel } from '../panel/trainPanel';
import { MissingError } from '../report';
import type { Trainer } from '../training/trainer';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';

/**
 * Resolves when the training has ended; what went wrong is in the panel, if that is open, too.
 *
 * @param student see `Trainer.train`
 */
export async function train(
  projects: Projects,
  trainer: Trainer,
  panel: TrainPanel,
  student?: string,
): Promise<void> {
  const project = await projects.required();
  if (trainer.isTraining(project)) return panel.open();
  await Promise.all([trainer.train(project, student), panel.open()]);
}

/** @throws MissingError when nothing trains */
export async function pauseTraining(projects: Projects, trainer: Trainer): Promise<void> {
  await trainer.pause(await trained(projects, trainer));
}

/** Resolves when what went on has ended, where an earlier window had left it. @throws MissingError when nothing is paused */
export async function resumeTraining(projects: Projects, trainer: Trainer): Promise<void> {
  await trainer.resume(await trained(projects, trainer));
}

/** @throws MissingError when nothing trains */
export async function cancelTraining(projects: Projects, trainer: Trainer): Promise<void> {
  await trainer.cancel(await trained(projects, trainer));
}

/** What trains, or waits to: the current classifier before another. */
async function trained(projects: Projects, trainer: Trainer): Promise<Project> {
  const selected = await projects.required();
  const found = [selected, ...projects.all].find((project) => trainer.isUnderWay(project));
  if (found) return found;
  throw new MissingError('train/not-running', vscode.l10n.t('Nothing is being trained.'), {
    title: vscode.l10n.t('Train'),
    command: 'nanonet.train',
  });
}
