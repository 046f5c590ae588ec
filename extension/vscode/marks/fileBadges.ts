/** The label of a document in the explorer: two letters in the label's colour. */
import * as vscode from 'vscode';
import { Disposable } from '../disposable';
import { badgesShown } from '../settings';
import { Debounced } from '../signals';
import type { Projects } from '../workspace/projects';
import { projectPath } from '../workspace/targets';
import { colourOf } from './palette';

/** All badges of the window are asked for anew: not with each key of a person who labels. */
const settleMs = 200;

export class FileBadges extends Disposable implements vscode.FileDecorationProvider {
  private readonly changed = this.own(new vscode.EventEmitter<undefined>());
  readonly onDidChangeFileDecorations = this.changed.event;

  private readonly settled = this.own(new Debounced(() => this.changed.fire(undefined), settleMs));

  constructor(private readonly projects: Projects) {
    super();
    this.own(projects.onDidChange(() => this.settled.ask()));
    this.own(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('nanonet.badges')) this.changed.fire(undefined);
      }),
    );
    this.own(vscode.window.registerFileDecorationProvider(this));
  }

  /** By the path alone: files that nobody opened are not read for a badge. */
  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const project = this.projects.selected;
    if (!project || !badgesShown()) return undefined;
    const path = projectPath(project, uri);
    const label = path === undefined ? undefined : project.journal.state.documentLabel(path)?.label;
    if (label === undefined) return undefined;
    const position = project.classifier.labels.findIndex(({ name }) => name === label);
    const { icon } = colourOf(project.labelNamed(label), position);
    return { badge: badgeOf(label), tooltip: `${project.name}: ${label}`, color: icon };
  }
}

/** The initials of two words, else the first two letters. */
export function badgeOf(label: string): string {
  const words = label.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const [first, second] = words.map((word) => [...word]);
  if (!first?.[0]) return '●';
  return second?.[0] !== undefined ? `${first[0]}${second[0]}`.toUpperCase() : first.slice(0, 2).join('');
}
