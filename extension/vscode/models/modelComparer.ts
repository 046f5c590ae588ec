/** Asks two models about all texts of a classifier, and shows what the later one says differently. */
import * as vscode from 'vscode';
import type { Prediction } from '../../protocol/engineApi';
import { CancelledError } from '../../protocol/appError';
import { readCorpus, type CorpusText } from '../../project/corpus';
import { compareAnswers, comparisonText, type ModelComparison } from '../../project/modelComparison';
import type { ModelVersion } from '../../project/modelStore';
import { Disposable } from '../disposable';
import type { EngineHost } from '../engineHost';
import { device } from '../settings';
import { signalOf } from '../signals';
import type { Project } from '../workspace/project';

/** Of more texts, so many at even distances: both models read each, and nobody looks through more. */
const most = 20_000;
const textsAtOnce = 64;
const scheme = 'nanonet-comparison';

/** A text of the corpus, without what is in it. */
export type ComparedText = Pick<CorpusText, 'id' | 'path' | 'part' | 'range' | 'label'>;

export interface ShownComparison extends ModelComparison {
  readonly project: Project;
  readonly older: ModelVersion;
  readonly newer: ModelVersion;
  /** As the changes count them. */
  readonly compared: readonly ComparedText[];
  /** Texts that there are; more than were asked about where these are a part. */
  readonly of: number;
}

export class ModelComparer extends Disposable {
  private readonly changed = this.own(new vscode.EventEmitter<void>());
  readonly onDidChange = this.changed.event;
  private readonly documentChanged = this.own(new vscode.EventEmitter<vscode.Uri>());
  /** What is compared; undefined when nothing is. */
  shown: ShownComparison | undefined;

  constructor(private readonly engine: EngineHost) {
    super();
    this.own(
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.documentChanged.event,
        provideTextDocumentContent: () => this.text(),
      }),
    );
  }

  /** @throws AppError, CancelledError */
  async compare(project: Project, older: ModelVersion, newer: ModelVersion): Promise<void> {
    const title = vscode.l10n.t('Comparing {0} with {1}', project.nameOf(older), project.nameOf(newer));
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    this.shown = await vscode.window.withProgress(options, async (progress, token) => {
      const signal = signalOf(token);
      const { texts } = await readCorpus(project.root, project.classifier, project.journal, signal);
      const stride = Math.max(1, Math.ceil(texts.length / most));
      const asked = texts.filter((_, at) => at % stride === 0);
      const tell = (count: number): void =>
        progress.report({ increment: (100 * count) / (2 * Math.max(1, asked.length)) });
      const before = await this.ask(older, asked, signal, tell);
      const after = await this.ask(newer, asked, signal, tell);
      const labels = project.classifier.labels.map(({ name }) => name);
      const compared = asked.map(({ id, path, part, range, label }) => ({
        id,
        path,
        ...(part !== undefined && { part }),
        ...(range && { range }),
        ...(label !== undefined && { label }),
      }));
      return {
        ...compareAnswers(labels, before, after),
        ...{ project, older, newer, compared, of: texts.length },
      };
    });
    this.tell();
  }

  close(): void {
    this.shown = undefined;
    this.tell();
  }

  /** Numbers of every pair of answers, as a page that can be read and kept. */
  async openTable(): Promise<void> {
    if (!this.shown) return;
    await vscode.commands.executeCommand('markdown.showPreview', uriOf(this.shown));
  }

  private tell(): void {
    this.changed.fire();
    if (this.shown) this.documentChanged.fire(uriOf(this.shown));
  }

  private text(): string {
    if (!this.shown) return '';
    const { project, older, newer, of, texts } = this.shown;
    const names = { before: project.nameOf(older), after: project.nameOf(newer) };
    const part = vscode.l10n.t('These are {0} of {1} texts, at even distances.', texts, of);
    return comparisonText(this.shown, names).concat(of > texts ? `\n${part}\n` : '');
  }

  private async ask(
    { dir }: ModelVersion,
    texts: readonly CorpusText[],
    signal: AbortSignal,
    tell: (count: number) => void,
  ): Promise<Prediction[]> {
    const client = await this.engine.client();
    const answers: Prediction[] = [];
    for (let at = 0; at < texts.length; at += textsAtOnce) {
      CancelledError.throwIf(signal);
      const some = texts.slice(at, at + textsAtOnce).map(({ text }) => text);
      const params = { modelDir: dir, texts: some, device: device() };
      answers.push(...(await client.classify(params, { signal })));
      tell(some.length);
    }
    return answers;
  }
}

function uriOf({ project, older, newer }: ShownComparison): vscode.Uri {
  const name = `${project.name} ${older.version} ${newer.version}.md`;
  return vscode.Uri.from({ scheme, path: `/${name}` });
}
