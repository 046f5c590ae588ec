/** The person's settings, as they are now. */
import * as vscode from 'vscode';
import type { Device, TrainSettings } from '../protocol/engineApi';

const section = 'nanonet';

/** Whether files of the explorer show the label of their text. */
export function badgesShown(): boolean {
  return vscode.workspace.getConfiguration(section).get<boolean>('badges', true);
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
