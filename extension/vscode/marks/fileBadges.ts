/** The label of a document in the explorer: two letters in the label's colour; if wanted, else what a model says of it. */
import * as vscode from 'vscode';
import { Disposable } from '../disposable';
import { answerOf, unsure } from '../../project/modelComparison';
import { scored } from '../classification/phrases';
import type { Results } from '../results/results';
import { badgesShown, resultBadgesShown } from '../settings';
import { Debounced } from '../signals';
import type { Project } from '../workspace/project';
import type { Projects } from '../workspace/projects';
import { projectPath } from '../workspace/targets';
import { colourOf } from './palette';

/** All badges of the window are asked for anew: not with each key of a person who labels. */
const settleMs = 200;

export class FileBadges extends Disposable implements vscode.FileDecorationProvider {
  private readonly changed = this.own(new vscode.EventEmitter<undefined>());
  readonly onDidChangeFileDecorations = this.changed.event;

  private readonly settled = this.own(new Debounced(() => this.changed.fire(undefined), settleMs));

  constructor(
    private readonly projects: Projects,
    private readonly results: Results,
  ) {
    super();
    this.own(projects.onDidChange(() => this.settled.ask()));
    this.own(results.onDidChange(() => resultBadgesShown() && this.settled.ask()));
    this.own(
      vscode.workspace.onDidChangeConfiguration((event) => {
        const isAbout = ['nanonet.badges', 'nanonet.results.badges'].some((name) =>
          event.affectsConfiguration(name),
        );
        if (isAbout) this.changed.fire(undefined);
      }),
    );
    this.own(vscode.window.registerFileDecorationProvider(this));
  }

  /** By the path alone: files that nobody opened are not read for a badge. */
  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const project = this.projects.selected;
    const path = project && projectPath(project, uri);
    if (!project || path === undefined) return undefined;
    const label = project.journal.state.documentLabel(path)?.label;
    if (label === undefined) return resultBadgesShown() ? this.resultBadge(project, path) : undefined;
    return badgesShown()
      ? { badge: badgeOf(label), tooltip: `${project.name}: ${label}`, color: colourIn(project, label) }
      : undefined;
  }

  private resultBadge(project: Project, path: string): vscode.FileDecoration | undefined {
    const result = this.results.now(project)?.of({ path });
    if (!result || answerOf(result) === unsure) return undefined;
    const tooltip = vscode.l10n.t('{0}: classified as {1}', project.name, scored(result));
    return { badge: `${[...result.label][0] ?? ''}?`, tooltip, color: colourIn(project, result.label) };
  }
}

function colourIn(project: Project, label: string): vscode.ThemeColor {
  const position = project.classifier.labels.findIndex(({ name }) => name === label);
  return colourOf(project.labelNamed(label), position).icon;
}

/** The initials of two words, else the first two letters. */
export function badgeOf(label: string): string {
  const words = label.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const [first, second] = words.map((word) => [...word]);
  if (!first?.[0]) return '●';
  return second?.[0] !== undefined ? `${first[0]}${second[0]}`.toUpperCase() : first.slice(0, 2).join('');
}
