/** The person's settings, as they are now. */
import * as vscode from 'vscode';
import { AppError } from '../protocol/appError';
import { settingsSchema } from '../project/classifier';
import type { Device, TrainSettings } from '../protocol/engineApi';

const section = 'nanonet';

/** Whether files of the explorer show the label of their text. */
export function badgesShown(): boolean {
  return vscode.workspace.getConfiguration(section).get<boolean>('badges', true);
}

/** Whether the rows of a table that is open show their labels above them. */
export function rowLensesShown({ uri }: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration(section, uri).get<boolean>('codeLens', true);
}

/** Whether files of the explorer show what a model said of their text. */
export function resultBadgesShown(): boolean {
  return vscode.workspace.getConfiguration(section).get<boolean>('results.badges', false);
}

/** Whether results are kept fresh as files change. */
export function watchingResults(): boolean {
  return vscode.workspace.getConfiguration(section).get<boolean>('results.watch', false);
}

/** Whether many texts are read by the model's small file. */
export function smallModel(): boolean {
  return vscode.workspace.getConfiguration(section).get<boolean>('results.smallModel', false);
}

/** Number of new labels after which a classifier trains again by itself; 0 is never. */
export function retrainAfter(): number {
  return vscode.workspace.getConfiguration(section).get<number>('retrainAfter', 0);
}

/** Where the engine computes. */
export function device(): Device {
  return vscode.workspace.getConfiguration(section).get<Device>('device', 'auto');
}

/** The OpenAI-compatible server that the committee may ask; an empty address is none. */
export function endpointSettings(): { readonly url: string; readonly model: string } {
  const configuration = vscode.workspace.getConfiguration(`${section}.committee`);
  return {
    url: configuration.get<string>('endpoint', '').trim(),
    model: configuration.get<string>('model', '').trim(),
  };
}

/** Settings of the training that have a name of their own in VS Code: `nanonet.training.<name>`. */
const training = [
  'adapter',
  'students',
  'steps',
  'learningRate',
  'seed',
  'windowTokens',
  'spreadShare',
  'mutualShare',
  'targetPrecision',
] as const satisfies readonly (keyof TrainSettings)[];

/**
 * Where and from what a training computes, and what a person set of the rest: what nobody touched is the engine's to choose,
 * which looks at the texts.
 * @param embedded the base model that comes with the extension
 * @throws AppError('settings/invalid')
 */
export function trainDefaults(embedded: string): TrainSettings {
  const configuration = vscode.workspace.getConfiguration(section);
  const base = configuration.get<string>('baseModel', '').trim();
  const set = training.flatMap((name) => {
    const value = configuration.get<unknown>(`training.${name}`);
    const { defaultValue } = configuration.inspect(`training.${name}`) ?? {};
    return value === null || JSON.stringify(value) === JSON.stringify(defaultValue) ? [] : [[name, value]];
  });
  const settings = Object.fromEntries(set) as TrainSettings;
  const [issue] = settingsSchema.safeParse(settings).error?.issues ?? [];
  if (issue) {
    const name = String(issue.path[0]);
    throw new AppError(
      'settings/invalid',
      vscode.l10n.t('The setting “nanonet.training.{0}” is not right: {1}.', name, issue.message),
    );
  }
  return { device: device(), base: base === '' ? embedded : base, ...settings };
}
