/** The list of labels: arrow keys, search, or the label's own key, which takes it at once. */
import * as vscode from 'vscode';
import { checkLabelName } from '../../project/classifier';
import { colourOf } from '../marks/palette';
import type { Project } from '../workspace/project';

interface LabelItem extends vscode.QuickPickItem {
  readonly pick: { readonly label: string } | { readonly add: string };
}

/**
 * @param current the label that the text has now, or that a model suggests: marked and taken by Enter
 * @returns the label's name, undefined when the person left; a new one is in the label set by then
 */
export async function pickLabel(
  project: Project,
  title: string,
  current?: { readonly label: string; readonly note: string },
): Promise<string | undefined> {
  const picked = await pick(project, title, current);
  if (picked === undefined) return undefined;
  if ('label' in picked) return picked.label;
  await project.addLabels([picked.add]);
  return picked.add;
}

function pick(
  project: Project,
  title: string,
  current?: { readonly label: string; readonly note: string },
): Promise<LabelItem['pick'] | undefined> {
  const quickPick = vscode.window.createQuickPick<LabelItem>();
  const { labels } = project.classifier;
  const names = labels.map(({ name }) => name);
  const known = labels.map((label, position): LabelItem => {
    const keys = label.key === undefined ? '' : `[${label.key}]`;
    const note = label.name === current?.label ? current.note : '';
    return {
      label: label.name,
      description: [keys, note].filter((part) => part !== '').join('  '),
      ...(label.description !== undefined && { detail: label.description }),
      // A quick pick draws theme icons without their colour.
      iconPath: colourOf(label, position).gutter,
      pick: { label: label.name },
    };
  });
  quickPick.title = title;
  quickPick.placeholder =
    labels.length === 0
      ? vscode.l10n.t('Type the name of the first label')
      : vscode.l10n.t('Press a label’s key, or type a name');
  quickPick.items = known;
  quickPick.matchOnDetail = true;
  const active = known.find(({ label }) => label === current?.label);
  if (active) quickPick.activeItems = [active];
  return new Promise((resolve) => {
    const take = (result: LabelItem['pick'] | undefined): void => {
      resolve(result);
      quickPick.dispose();
    };
    quickPick.onDidChangeValue((value) => {
      const byKey = labels.find(({ key }) => key !== undefined && key === value);
      if (byKey) return take({ label: byKey.name });
      const wanted = value.trim();
      const fits = wanted !== '' && checkLabelName(wanted, names) === undefined;
      const added: LabelItem = {
        label: vscode.l10n.t('New label “{0}”', wanted),
        alwaysShow: true,
        iconPath: new vscode.ThemeIcon('add'),
        pick: { add: wanted },
      };
      quickPick.items = fits ? [...known, added] : known;
    });
    quickPick.onDidAccept(() => take(quickPick.selectedItems[0]?.pick));
    quickPick.onDidHide(() => take(undefined));
    quickPick.show();
  });
}
