/** Shows what a source begins with before it is added. */
import * as vscode from 'vscode';
import { messageOf } from '../../protocol/appError';
import type { SourceDefinition } from '../../project/classifier';
import { excerptOf, placeName } from '../../project/labelEntry';
import { firstTexts } from '../../sources/firstTexts';
import { sourceName } from '../format';

const shown = 3;

/** Enter adds the source, also while its texts are still being read. @returns false when the person left */
export async function confirmSource(
  folder: vscode.WorkspaceFolder,
  title: string,
  source: SourceDefinition,
): Promise<boolean> {
  const pick = vscode.window.createQuickPick();
  // What is typed chooses nothing here.
  const add = {
    label: vscode.l10n.t('Add these texts'),
    iconPath: new vscode.ThemeIcon('add'),
    alwaysShow: true,
  };
  pick.title = title;
  pick.placeholder = vscode.l10n.t(
    'The first texts of {0}. Enter adds them, Escape leaves.',
    sourceName(source),
  );
  pick.items = [add];
  pick.busy = true;
  const reading = new AbortController();
  void firstItems(folder.uri.fsPath, source, reading.signal).then((items) => {
    if (reading.signal.aborted) return;
    pick.items = [add, ...items];
    pick.activeItems = [add];
    pick.busy = false;
  });
  try {
    return await new Promise<boolean>((resolve) => {
      pick.onDidAccept(() => resolve(true));
      pick.onDidHide(() => resolve(false));
      pick.show();
    });
  } finally {
    reading.abort();
    pick.dispose();
  }
}

async function firstItems(
  root: string,
  source: SourceDefinition,
  signal: AbortSignal,
): Promise<vscode.QuickPickItem[]> {
  try {
    const { texts, problem } = await firstTexts(root, source, shown, signal);
    const items = texts.map((text) => ({
      label: asWritten(excerptOf(text.text)),
      detail: asWritten(placeName(text)),
    }));
    if (problem) items.push(complaint(problem.path, problem.reason));
    return items.length > 0 ? items : [complaint(sourceName(source), vscode.l10n.t('no text is there yet'))];
  } catch (error) {
    return [complaint(sourceName(source), messageOf(error))];
  }
}

function complaint(path: string, reason: string): vscode.QuickPickItem & { label: string; detail: string } {
  return { label: `$(warning) ${asWritten(reason)}`, detail: asWritten(path) };
}

/** A quick pick would draw "$(name)" as an icon. */
export function asWritten(text: string): string {
  return text.replaceAll('$(', '\\$(');
}
