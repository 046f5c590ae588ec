/** Asks a model about every line, paragraph or row of the open document. */
import * as vscode from 'vscode';
import { AppError, CancelledError } from '../../protocol/appError';
import { partsIn, type DocumentPart, type PartUnit } from '../classification/documentParts';
import type { PartAnswers } from '../classification/partAnswers';
import { requiredModel } from '../classification/requiredModel';
import type { EngineHost } from '../engineHost';
import { count } from '../format';
import { device } from '../settings';
import { signalOf } from '../signals';
import { rowsOf } from '../workspace/documentRows';
import type { Projects } from '../workspace/projects';
import { activeEditor } from '../workspace/targets';

/** Texts that are asked about at once: so many, or of so many characters. */
const batchTexts = 64;
const batchCharacters = 100_000;
/** So many are soon answered: nobody is told how far it is. */
const fewTexts = 256;

export class ClassifyParts {
  constructor(
    private readonly projects: Projects,
    private readonly engine: EngineHost,
    private readonly answers: PartAnswers,
  ) {}

  /**
   * In a table the rows, whatever was asked for: a line of it may be a piece of a text.
   *
   * @throws MissingError, AppError('classify/no-table'), AppError('classify/empty'), AppError of the engine
   */
  async classify(wanted: PartUnit): Promise<void> {
    const { document, visibleRanges } = activeEditor();
    const project = await this.projects.required();
    const model = requiredModel(project);
    const unit = rowsOf(project, document) ? 'row' : wanted;
    if (unit === 'row' && !rowsOf(project, document)) {
      throw new AppError(
        'classify/no-table',
        vscode.l10n.t('This is no table of “{0}”; add it as a source, or classify its lines.', project.name),
      );
    }
    const parts = await partsIn(project, document, unit);
    if (parts.length === 0) {
      throw new AppError('classify/empty', vscode.l10n.t('There is no text here to classify.'));
    }
    const asked = this.answers.begin(document, project, unit, model);
    const texts = visibleFirst(parts, visibleRanges).filter((text) => !asked.known.has(text));
    const client = await this.engine.client();
    const work = async (progress: Progress, token: vscode.CancellationToken): Promise<void> => {
      const signal = signalOf(token);
      for (let from = 0; from < texts.length;) {
        const batch = batchOf(texts, from);
        const params = { modelDir: model.dir, texts: batch, device: device() };
        this.answers.take(asked, batch, await client.classify(params, { signal }));
        from += batch.length;
        const message = vscode.l10n.t('{0} of {1}', count(from), count(texts.length));
        progress.report({ message, increment: (100 * batch.length) / texts.length });
      }
    };
    const many = texts.length > fewTexts;
    const location = many ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window;
    const title = vscode.l10n.t('Classifying {0}', document.fileName.replace(/^.*[\\/]/, ''));
    try {
      await vscode.window.withProgress({ location, title, cancellable: many }, work);
    } catch (error) {
      // What was answered until then stays.
      if (!(error instanceof CancelledError)) throw error;
    } finally {
      this.answers.take(asked, [], []);
    }
    vscode.window.setStatusBarMessage(await this.summary(document, parts.length), 8000);
  }

  hide(): void {
    this.answers.hide(activeEditor().document.uri);
  }

  /** 'bug 80 · feature 40 · unsure 3 · 12 without an answer' */
  private async summary(document: vscode.TextDocument, parts: number): Promise<string> {
    const answers = await this.answers.of(document);
    const counts = new Map<string, number>();
    for (const { prediction } of answers) {
      const { label, abstained, none } = prediction;
      const what = abstained && !none ? vscode.l10n.t('unsure') : label;
      counts.set(what, (counts.get(what) ?? 0) + 1);
    }
    const said = [...counts].sort(([, a], [, b]) => b - a).map(([what, times]) => `${what} ${count(times)}`);
    const silent = parts - answers.length;
    if (silent > 0) said.push(vscode.l10n.t('{0} labelled or not asked', count(silent)));
    return said.join(' · ');
  }
}

type Progress = vscode.Progress<{ message?: string; increment?: number }>;

/** Each text once; what a person sees comes first. */
function visibleFirst(parts: readonly DocumentPart[], visible: readonly vscode.Range[]): string[] {
  const isSeen = ({ range }: DocumentPart): boolean =>
    visible.some((seen) => seen.intersection(range) !== undefined);
  const seen = parts.filter(isSeen).map(({ text }) => text);
  return [...new Set([...seen, ...parts.map(({ text }) => text)])];
}

function batchOf(texts: readonly string[], from: number): readonly string[] {
  let to = from;
  let characters = 0;
  while (to < texts.length && to - from < batchTexts && characters < batchCharacters) {
    characters += texts[to]?.length ?? 0;
    to += 1;
  }
  return texts.slice(from, to);
}
