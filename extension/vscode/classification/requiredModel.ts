/** The model that answers, where there is one and it may be asked. */
import * as vscode from 'vscode';
import type { ModelVersion } from '../../project/modelStore';
import { MissingError } from '../report';
import { mayCompute } from '../training/trust';
import type { Project } from '../workspace/project';

/** @throws MissingError without trust or without a model */
export function requiredModel(project: Project): ModelVersion {
  mayCompute();
  if (project.model) return project.model;
  throw noModel(project);
}

export function noModel({ name }: Project): MissingError {
  return new MissingError(
    'classify/no-model',
    vscode.l10n.t('“{0}” has no model yet; train one first.', name),
    { title: vscode.l10n.t('Train'), command: 'nanonet.train' },
  );
}
