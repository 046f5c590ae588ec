/** The person's settings, as they are now. */
import * as vscode from 'vscode';
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

/** Number of new labels after which a classifier trains again by itself; 0 is never. */
export function retrainAfter(): number {
  return vscode.workspace.getConfiguration(section).get<number>('retrainAfter', 0);
}

/** Where the engine computes. */
export function device(): Device {
  return vscode.workspace.getConfiguration(section).get<Device>('device', 'auto');
}

/** @param embedded the base model that comes with the extension */
export function trainDefaults(embedded: string): TrainSettings {
  const base = vscode.workspace.getConfiguration(section).get<string>('baseModel', '').trim();
  return { device: device(), base: base === '' ? embedded : base };
}
